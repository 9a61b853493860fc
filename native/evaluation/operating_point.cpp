#include "evaluation/operating_point.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <limits>
#include <numeric>
#include <stdexcept>

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

double cross_entropy(double logit, double target) {
  return std::max(logit, 0.0) - logit * target + std::log1p(std::exp(-std::abs(logit)));
}

}  // namespace

double Counts::sensitivity() const {
  return share(true_positives, false_negatives);
}
double Counts::specificity() const {
  return share(true_negatives, false_positives);
}

Counts count_at(const std::vector<float>& scores, const std::vector<int>& present,
                float threshold) {
  Counts counts;
  for (std::size_t i = 0; i < scores.size(); ++i) {
    const bool positive = scores[i] >= threshold;
    if (present[i]) {
      ++(positive ? counts.true_positives : counts.false_negatives);
    } else {
      ++(positive ? counts.false_positives : counts.true_negatives);
    }
  }
  return counts;
}

float youden_threshold(const std::vector<float>& scores, const std::vector<int>& present) {
  const auto positives = std::count(present.begin(), present.end(), 1);
  const auto negatives = static_cast<std::ptrdiff_t>(present.size()) - positives;
  if (positives == 0 || negatives == 0) {
    throw std::runtime_error("an operating point needs images with and without the finding");
  }
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

double area_under_roc(const std::vector<float>& scores, const std::vector<int>& present) {
  const auto positives = static_cast<double>(std::count(present.begin(), present.end(), 1));
  const double negatives = static_cast<double>(present.size()) - positives;
  if (positives == 0 || negatives == 0) return kNaN;
  const std::vector<std::size_t> order = by_score(scores);
  double wins = 0, negatives_below = 0;
  for (std::size_t i = 0; i < order.size();) {
    double tied_positives = 0, tied_negatives = 0;
    const float score = scores[order[i]];
    for (; i < order.size() && scores[order[i]] == score; ++i) {
      ++(present[order[i]] ? tied_positives : tied_negatives);
    }
    wins += tied_positives * (negatives_below + tied_negatives / 2);
    negatives_below += tied_negatives;
  }
  return wins / (positives * negatives);
}

float fit_temperature(const std::vector<std::vector<float>>& logits,
                      const std::vector<std::vector<float>>& targets) {
  const auto loss = [&](double log_temperature) {
    const double scale = std::exp(-log_temperature);
    double sum = 0;
    for (std::size_t i = 0; i < logits.size(); ++i) {
      for (std::size_t c = 0; c < logits[i].size(); ++c) {
        sum += cross_entropy(logits[i][c] * scale, targets[i][c]);
      }
    }
    return sum;
  };
  // The loss is convex in 1/T, hence has one minimum in log T: golden-section search.
  const double golden = (std::sqrt(5.0) - 1) / 2;
  double low = std::log(0.05), high = std::log(20.0);
  while (high - low > 1e-4) {
    const double a = high - golden * (high - low), b = low + golden * (high - low);
    if (loss(a) < loss(b)) {
      high = b;
    } else {
      low = a;
    }
  }
  return static_cast<float>(std::exp((low + high) / 2));
}

double calibration_error(const std::vector<float>& scores, const std::vector<int>& present) {
  constexpr std::size_t kBins = 15;
  std::array<double, kBins> score_sum{}, present_sum{};
  for (std::size_t i = 0; i < scores.size(); ++i) {
    const std::size_t bin =
        std::min(kBins - 1, static_cast<std::size_t>(scores[i] * static_cast<float>(kBins)));
    score_sum[bin] += scores[i];
    present_sum[bin] += present[i];
  }
  double distance = 0;
  for (std::size_t bin = 0; bin < kBins; ++bin) {
    distance += std::abs(score_sum[bin] - present_sum[bin]);
  }
  return distance / static_cast<double>(scores.size());
}

}  // namespace thoraxlite
