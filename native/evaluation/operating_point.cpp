#include "evaluation/operating_point.h"

#include <algorithm>
#include <cmath>
#include <iterator>
#include <limits>
#include <numeric>
#include <stdexcept>
#include <utility>

namespace thoraxlite {
namespace {

constexpr double kNaN = std::numeric_limits<double>::quiet_NaN();

double share(std::int64_t part, std::int64_t rest) {
  return part + rest > 0 ? static_cast<double>(part) / static_cast<double>(part + rest) : kNaN;
}

std::vector<std::size_t> by_score(const std::vector<float>& scores) {
  std::vector<std::size_t> order(scores.size());
  std::iota(order.begin(), order.end(), 0);
  std::sort(order.begin(), order.end(),
            [&](std::size_t a, std::size_t b) { return scores[a] < scores[b]; });
  return order;
}

// Images with the finding, and without it.
std::pair<std::ptrdiff_t, std::ptrdiff_t> both_sides(const std::vector<int>& present) {
  const auto positives = std::count(present.begin(), present.end(), 1);
  const auto negatives = static_cast<std::ptrdiff_t>(present.size()) - positives;
  if (positives == 0 || negatives == 0) {
    throw std::runtime_error("an operating point needs images with and without the finding");
  }
  return {positives, negatives};
}

}  // namespace

double Counts::sensitivity() const {
  return share(true_positives, false_negatives);
}
double Counts::specificity() const {
  return share(true_negatives, false_positives);
}
double Counts::precision() const {
  return share(true_positives, false_positives);
}
double Counts::f1() const {
  return share(2 * true_positives, false_positives + false_negatives);
}

Interval f1_interval(const Interval& share) {
  return {2 * share.low / (1 + share.low), 2 * share.high / (1 + share.high)};
}

Counts count_at(const std::vector<float>& scores, const std::vector<int>& present,
                float threshold) {
  Counts counts;
  for (std::size_t i = 0; i < scores.size(); ++i)
    counts.add(present[i] != 0, scores[i] >= threshold);
  return counts;
}

float youden_threshold(const std::vector<float>& scores, const std::vector<int>& present) {
  const auto [positives, negatives] = both_sides(present);
  const std::vector<std::size_t> order = by_score(scores);
  double sensitivity = 1, specificity = 0, best = -1;
  float threshold = 0.5f;
  for (std::size_t i = 0; i + 1 < order.size(); ++i) {
    if (present[order[i]]) {
      sensitivity -= 1.0 / static_cast<double>(positives);
    } else {
      specificity += 1.0 / static_cast<double>(negatives);
    }
    const float below = scores[order[i]], above = scores[order[i + 1]];
    if (below == above || sensitivity + specificity <= best) continue;
    best = sensitivity + specificity;
    threshold = below + (above - below) / 2;
  }
  return threshold;
}

float sensitivity_threshold(const std::vector<float>& scores, const std::vector<int>& present,
                            double sensitivity) {
  const auto positives = static_cast<double>(both_sides(present).first);
  // Of 20 films 0.95 are 19, whichever way the product was rounded.
  const double wanted = std::ceil(sensitivity * positives - 1e-9);
  const std::vector<std::size_t> order = by_score(scores);
  auto place = order.rbegin();
  for (double found = 0; found < wanted; ++place) found += present[*place];
  const float above = scores[*std::prev(place)];
  const auto next =
      std::find_if(place, order.rend(), [&](std::size_t image) { return scores[image] < above; });
  if (next == order.rend()) return above;
  const float between = scores[*next] + (above - scores[*next]) / 2;
  return between > scores[*next] ? between : above;  // of neighbouring numbers it is one of the two
}

Interval threshold_interval(const ThresholdRule& rule, const std::vector<float>& scores,
                            const std::vector<int>& present,
                            const std::vector<std::string>& patients) {
  const float threshold = rule(scores, present);
  const auto of_sample = [&](const Indices& drawn) {
    std::vector<float> some;
    std::vector<int> theirs;
    for (const std::int64_t image : drawn) {
      some.push_back(scores[static_cast<std::size_t>(image)]);
      theirs.push_back(present[static_cast<std::size_t>(image)]);
    }
    const auto positives = std::count(theirs.begin(), theirs.end(), 1);
    if (positives == 0 || positives == static_cast<std::ptrdiff_t>(theirs.size())) return kNaN;
    return static_cast<double>(rule(some, theirs));
  };
  const Interval interval = bootstrap_interval(clusters_of(patients, scores.size()), of_sample);
  const auto middle = static_cast<double>(threshold);
  return {std::min(middle, std::isnan(interval.low) ? middle : interval.low),
          std::max(middle, std::isnan(interval.high) ? middle : interval.high)};
}

}  // namespace thoraxlite
