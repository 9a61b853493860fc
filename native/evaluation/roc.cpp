#include "evaluation/roc.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <numeric>

namespace thoraxlite {
namespace {

constexpr double kNaN = std::numeric_limits<double>::quiet_NaN();

// Images of one score, as the threshold goes down past them.
struct Tie {
  std::vector<std::size_t> images;
  double positives = 0, negatives = 0;
};

std::vector<Tie> highest_first(const std::vector<float>& scores, const std::vector<int>& present) {
  std::vector<std::size_t> order(scores.size());
  std::iota(order.begin(), order.end(), 0);
  std::sort(order.begin(), order.end(),
            [&](std::size_t a, std::size_t b) { return scores[a] > scores[b]; });
  std::vector<Tie> ties;
  for (std::size_t i = 0; i < order.size(); ++i) {
    if (i == 0 || scores[order[i]] != scores[order[i - 1]]) ties.emplace_back();
    ties.back().images.push_back(order[i]);
    ++(present[order[i]] ? ties.back().positives : ties.back().negatives);
  }
  return ties;
}

struct Sides {
  double positives = 0, negatives = 0;
};

Sides sides(const std::vector<int>& present) {
  const auto positives = static_cast<double>(std::count(present.begin(), present.end(), 1));
  return {positives, static_cast<double>(present.size()) - positives};
}

std::vector<std::size_t> each_alone(std::size_t images) {
  std::vector<std::size_t> clusters(images);
  std::iota(clusters.begin(), clusters.end(), 0);
  return clusters;
}

// How many clusters have images with the finding, and without it.
Sides cluster_sides(const std::vector<int>& present, const std::vector<std::size_t>& cluster_of,
                    std::size_t clusters) {
  std::vector<char> with(clusters, 0), without(clusters, 0);
  for (std::size_t i = 0; i < present.size(); ++i) {
    (present[i] ? with : without)[cluster_of[i]] = 1;
  }
  return {static_cast<double>(std::count(with.begin(), with.end(), 1)),
          static_cast<double>(std::count(without.begin(), without.end(), 1))};
}

double square(double value) {
  return value * value;
}

double sum_of_squares(const std::vector<double>& values) {
  double sum = 0;
  for (const double value : values) sum += square(value);
  return sum;
}

// The areas whose distance to the found one is z standard errors, by Hanley and McNeil's error with
// the mean of both sides' numbers in place of each (Newcombe 2006, method 5).
Interval newcombe_interval(double area, const Sides& n) {
  const auto distance = [&](double true_area) {
    const double half = (n.positives + n.negatives) / 2 - 1;
    const double variance =
        true_area * (1 - true_area) / (n.positives * n.negatives) *
        (1 + half * (1 - true_area) / (2 - true_area) + half * true_area / (1 + true_area));
    return std::abs(area - true_area) - kNormal975 * std::sqrt(variance);
  };
  const auto farthest = [&](double end) {
    double inside = area, outside = end;
    for (int i = 0; i < 60; ++i) {
      const double middle = (inside + outside) / 2;
      (distance(middle) <= 0 ? inside : outside) = middle;
    }
    return inside;
  };
  return {farthest(0.0), farthest(1.0)};
}

}  // namespace

std::vector<RocPoint> roc_curve(const std::vector<float>& scores, const std::vector<int>& present) {
  const Sides n = sides(present);
  if (n.positives == 0 || n.negatives == 0) return {};
  std::vector<RocPoint> curve = {{0, 0}};
  double true_positives = 0, false_positives = 0;
  for (const Tie& tie : highest_first(scores, present)) {
    true_positives += tie.positives;
    false_positives += tie.negatives;
    curve.push_back({false_positives / n.negatives, true_positives / n.positives});
  }
  return curve;
}

std::vector<double> placements(const std::vector<float>& scores, const std::vector<int>& present) {
  const Sides n = sides(present);
  if (n.positives == 0 || n.negatives == 0) return {};
  std::vector<double> placed(scores.size());
  double positives_above = 0, negatives_above = 0;
  for (const Tie& tie : highest_first(scores, present)) {
    for (const std::size_t i : tie.images) {
      placed[i] = present[i] ? (n.negatives - negatives_above - tie.negatives / 2) / n.negatives
                             : (positives_above + tie.positives / 2) / n.positives;
    }
    positives_above += tie.positives;
    negatives_above += tie.negatives;
  }
  return placed;
}

double area_under_roc(const std::vector<float>& scores, const std::vector<int>& present) {
  const std::vector<double> placed = placements(scores, present);
  if (placed.empty()) return kNaN;
  double sum = 0;
  for (std::size_t i = 0; i < placed.size(); ++i) {
    if (present[i]) sum += placed[i];
  }
  return sum / sides(present).positives;
}

std::vector<double> area_errors(const std::vector<float>& scores, const std::vector<int>& present,
                                const std::vector<std::size_t>& cluster_of, std::size_t clusters) {
  const Sides n = sides(present), of = cluster_sides(present, cluster_of, clusters);
  if (of.positives < 2 || of.negatives < 2) return {};
  const double area = area_under_roc(scores, present);
  const std::vector<double> placed = placements(scores, present);
  const double positive = std::sqrt(of.positives / (of.positives - 1)) / n.positives;
  const double negative = std::sqrt(of.negatives / (of.negatives - 1)) / n.negatives;
  std::vector<double> errors(clusters, 0.0);
  for (std::size_t i = 0; i < placed.size(); ++i) {
    errors[cluster_of[i]] += (placed[i] - area) * (present[i] ? positive : negative);
  }
  return errors;
}

std::vector<double> area_errors(const std::vector<float>& scores, const std::vector<int>& present) {
  return area_errors(scores, present, each_alone(present.size()), present.size());
}

Interval logit_interval(double area, double standard_error) {
  if (!(area > 0 && area < 1) || std::isnan(standard_error)) return {kNaN, kNaN};
  const double centre = std::log(area / (1 - area));
  const double spread = kNormal975 * standard_error / (area * (1 - area));
  return {1 / (1 + std::exp(spread - centre)), 1 / (1 + std::exp(-spread - centre))};
}

Interval area_under_roc_interval(const std::vector<float>& scores, const std::vector<int>& present,
                                 const std::vector<std::size_t>& cluster_of, std::size_t clusters) {
  const double area = area_under_roc(scores, present);
  if (std::isnan(area)) return {kNaN, kNaN};
  const double variance = sum_of_squares(area_errors(scores, present, cluster_of, clusters));
  if (variance == 0) return newcombe_interval(area, cluster_sides(present, cluster_of, clusters));
  return logit_interval(area, std::sqrt(variance));
}

Interval area_under_roc_interval(const std::vector<float>& scores,
                                 const std::vector<int>& present) {
  return area_under_roc_interval(scores, present, each_alone(present.size()), present.size());
}

Interval mean_area_interval(const std::vector<LabelArea>& labels) {
  const auto count = static_cast<double>(labels.size());
  double mean = 0, alone = 0, below = 0, above = 0;
  std::vector<double> errors;
  for (const LabelArea& label : labels) {
    mean += label.area / count;
    below += square((label.area - label.interval.low) / count);
    above += square((label.interval.high - label.area) / count);
    if (sum_of_squares(label.errors) == 0) {
      alone += square((label.interval.high - label.interval.low) / (2 * kNormal975 * count));
      continue;
    }
    errors.resize(label.errors.size(), 0.0);
    for (std::size_t i = 0; i < errors.size(); ++i) errors[i] += label.errors[i] / count;
  }
  if (labels.empty()) return {kNaN, kNaN};
  if (below == 0 || above == 0) return {mean - std::sqrt(below), mean + std::sqrt(above)};
  return logit_interval(mean, std::sqrt(alone + sum_of_squares(errors)));
}

double average_precision(const std::vector<float>& scores, const std::vector<int>& present) {
  const double positives = sides(present).positives;
  if (positives == 0) return kNaN;
  double found = 0, called = 0, sum = 0;
  for (const Tie& tie : highest_first(scores, present)) {
    found += tie.positives;
    called += tie.positives + tie.negatives;
    sum += tie.positives / positives * found / called;
  }
  return sum;
}

}  // namespace thoraxlite
