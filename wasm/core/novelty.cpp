#include "core/novelty.h"

#include <algorithm>
#include <cmath>

namespace thoraxlite {
namespace {

constexpr double kFaintest = 0.02;  // added to the deviation: noise of a flat image is no pattern

}  // namespace

std::vector<float> novelty_features(const std::vector<float>& pixels, int size,
                                    const std::vector<float>& average) {
  std::vector<double> thumbnail(static_cast<std::size_t>(kThumbnailSide) * kThumbnailSide);
  std::vector<int> counts(thumbnail.size());
  for (int y = 0; y < size; ++y) {
    for (int x = 0; x < size; ++x) {
      const auto cell = static_cast<std::size_t>(y * kThumbnailSide / size * kThumbnailSide +
                                                 x * kThumbnailSide / size);
      thumbnail[cell] += pixels[static_cast<std::size_t>(y) * size + x];
      ++counts[cell];
    }
  }
  double sum = 0;
  double squares = 0;
  for (std::size_t i = 0; i < thumbnail.size(); ++i) {
    thumbnail[i] /= counts[i];
    sum += thumbnail[i];
    squares += thumbnail[i] * thumbnail[i];
  }
  const auto cells = static_cast<double>(thumbnail.size());
  const double mean = sum / cells;
  const double deviation = std::sqrt(std::max(0.0, squares / cells - mean * mean)) + kFaintest;
  std::vector<float> features;
  for (const double value : thumbnail) {
    features.push_back(static_cast<float>((value - mean) / deviation));
  }
  features.insert(features.end(), average.begin(), average.end());
  return features;
}

float novelty_distance(const Novelty& novelty, const std::vector<float>& features) {
  double distance = 0;
  for (std::size_t k = 0; k < novelty.background_mean.size(); ++k) {
    const float* direction = novelty.directions.data() + k * features.size();
    double z = 0;
    for (std::size_t i = 0; i < features.size(); ++i) {
      z += static_cast<double>(direction[i]) * (features[i] - novelty.mean[i]);
    }
    const double from_background = z - novelty.background_mean[k];
    distance += z * z - from_background * from_background / novelty.background_variance[k];
  }
  return static_cast<float>(distance);
}

}  // namespace thoraxlite
