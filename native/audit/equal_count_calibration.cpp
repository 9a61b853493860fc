#include "audit/equal_count_calibration.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <numeric>
#include <random>

namespace thoraxlite {
namespace {

constexpr double kNoError = std::numeric_limits<double>::quiet_NaN();

double error_of(const std::vector<EqualCountBin>& bins) {
  double distance = 0, images = 0;
  for (const EqualCountBin& bin : bins) {
    distance += std::abs(bin.score_sum - static_cast<double>(bin.present));
    images += static_cast<double>(bin.images);
  }
  return images > 0 ? distance / images : kNoError;
}

}  // namespace

std::vector<EqualCountBin> equal_count_bins(const std::vector<float>& scores,
                                            const std::vector<int>& present, int bins) {
  std::vector<std::size_t> order(scores.size());
  std::iota(order.begin(), order.end(), 0);
  std::sort(order.begin(), order.end(),
            [&](std::size_t a, std::size_t b) { return scores[a] < scores[b]; });
  std::vector<EqualCountBin> result;
  std::size_t begin = 0;
  for (int i = 1; i <= bins; ++i) {
    std::size_t end = order.size() * static_cast<std::size_t>(i) / static_cast<std::size_t>(bins);
    while (end > begin && end < order.size() && scores[order[end]] == scores[order[end - 1]]) ++end;
    if (end <= begin) continue;
    EqualCountBin bin;
    for (; begin < end; ++begin) {
      ++bin.images;
      bin.present += present[order[begin]];
      bin.score_sum += scores[order[begin]];
    }
    result.push_back(bin);
  }
  return result;
}

double equal_count_error(const std::vector<float>& scores, const std::vector<int>& present,
                         int bins) {
  return error_of(equal_count_bins(scores, present, bins));
}

EqualCountCalibration measure_calibration(const std::vector<float>& scores,
                                          const std::vector<int>& present,
                                          const std::vector<std::size_t>& cluster_of,
                                          std::size_t clusters, int resamples) {
  EqualCountCalibration result;
  result.images = static_cast<std::int64_t>(scores.size());
  result.bins = equal_count_bins(scores, present);
  result.error = {error_of(result.bins), {kNoError, kNoError}};
  result.mean_if_calibrated = result.high_if_calibrated = kNoError;
  if (scores.empty()) return result;

  Clusters drawn_from;  // those alone that have an image of which it is known
  std::vector<std::vector<std::size_t>> all(clusters);
  for (std::size_t i = 0; i < scores.size(); ++i) all[cluster_of[i]].push_back(i);
  for (auto& images : all) {
    if (!images.empty()) drawn_from.images.push_back(std::move(images));
  }
  std::vector<float> of_drawn;
  std::vector<int> present_drawn;
  const Interval percentiles = bootstrap_interval(
      drawn_from,
      [&](const Indices& drawn) {
        of_drawn.clear();
        present_drawn.clear();
        for (const auto i : drawn) {
          of_drawn.push_back(scores[static_cast<std::size_t>(i)]);
          present_drawn.push_back(present[static_cast<std::size_t>(i)]);
        }
        return equal_count_error(of_drawn, present_drawn);
      },
      resamples);
  const double error = result.error.value;
  result.error.interval = {std::max(0.0, std::min(error, 2 * error - percentiles.high)),
                           std::max(error, 2 * error - percentiles.low)};

  std::mt19937_64 random(1);
  std::vector<double> errors;
  std::vector<int> as_scored(scores.size());
  for (int draw = 0; draw < kCalibratedDraws; ++draw) {
    for (std::size_t i = 0; i < scores.size(); ++i) {
      as_scored[i] = static_cast<double>(random() >> 11) * 0x1p-53 < scores[i];
    }
    errors.push_back(equal_count_error(scores, as_scored));
  }
  std::sort(errors.begin(), errors.end());
  result.mean_if_calibrated = std::accumulate(errors.begin(), errors.end(), 0.0) / kCalibratedDraws;
  result.high_if_calibrated =
      errors[static_cast<std::size_t>(0.975 * (kCalibratedDraws - 1) + 0.5)];
  return result;
}

}  // namespace thoraxlite
