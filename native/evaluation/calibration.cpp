#include "evaluation/calibration.h"

#include <algorithm>
#include <cmath>
#include <limits>

namespace thoraxlite {
namespace {

double cross_entropy(double logit, double target) {
  return std::max(logit, 0.0) - logit * target + std::log1p(std::exp(-std::abs(logit)));
}

}  // namespace

float fit_temperature(const std::vector<std::vector<float>>& logits,
                      const std::vector<std::vector<float>>& targets) {
  const auto loss = [&](double log_temperature) {
    const double scale = std::exp(-log_temperature);
    double sum = 0;
    for (std::size_t i = 0; i < logits.size(); ++i) {
      for (std::size_t c = 0; c < logits[i].size(); ++c) {
        if (targets[i][c] < 0) continue;
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

std::vector<ReliabilityBin> reliability(const std::vector<float>& scores,
                                        const std::vector<int>& present) {
  std::vector<ReliabilityBin> bins(kReliabilityBins);
  for (std::size_t i = 0; i < scores.size(); ++i) {
    const auto place = static_cast<std::size_t>(scores[i] * static_cast<float>(kReliabilityBins));
    ReliabilityBin& bin = bins[std::min(bins.size() - 1, place)];
    ++bin.images;
    bin.present += present[i];
    bin.score_sum += scores[i];
  }
  return bins;
}

double calibration_error(const std::vector<float>& scores, const std::vector<int>& present) {
  if (scores.empty()) return std::numeric_limits<double>::quiet_NaN();
  double distance = 0;
  for (const ReliabilityBin& bin : reliability(scores, present)) {
    distance += std::abs(bin.score_sum - static_cast<double>(bin.present));
  }
  return distance / static_cast<double>(scores.size());
}

}  // namespace thoraxlite
