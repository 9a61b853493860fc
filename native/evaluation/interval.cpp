#include "evaluation/interval.h"

#include <algorithm>
#include <cmath>
#include <random>

namespace thoraxlite {

Interval wilson_interval(std::int64_t successes, std::int64_t trials) {
  if (trials == 0) return {0.0, 1.0};
  constexpr double z = 1.959963984540054;  // 97.5th percentile of the standard normal
  const double n = static_cast<double>(trials), p = static_cast<double>(successes) / n;
  const double centre = p + z * z / (2 * n);
  const double spread = z * std::sqrt(p * (1 - p) / n + z * z / (4 * n * n));
  const double scale = 1 + z * z / n;
  return {std::max(0.0, (centre - spread) / scale), std::min(1.0, (centre + spread) / scale)};
}

Interval bootstrap_interval(
    std::int64_t count, const std::function<double(const std::vector<std::int64_t>&)>& statistic,
    int resamples, std::uint64_t seed) {
  std::mt19937_64 random(seed);
  std::vector<std::int64_t> drawn(static_cast<std::size_t>(count));
  std::vector<double> values;
  for (int i = 0; i < resamples; ++i) {
    for (auto& index : drawn) {
      index = static_cast<std::int64_t>(random() % static_cast<std::uint64_t>(count));
    }
    values.push_back(statistic(drawn));
  }
  std::sort(values.begin(), values.end());
  const auto percentile = [&](double share) {
    return values[static_cast<std::size_t>(share * static_cast<double>(values.size() - 1) + 0.5)];
  };
  return {percentile(0.025), percentile(0.975)};
}

}  // namespace thoraxlite
