#include "evaluation/interval.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <random>

namespace thoraxlite {
namespace {

Interval middle_95(std::vector<double>& values) {
  constexpr double kNaN = std::numeric_limits<double>::quiet_NaN();
  if (values.empty()) return {kNaN, kNaN};
  std::sort(values.begin(), values.end());
  const auto percentile = [&](double share) {
    return values[static_cast<std::size_t>(share * static_cast<double>(values.size() - 1) + 0.5)];
  };
  return {percentile(0.025), percentile(0.975)};
}

}  // namespace

Interval wilson_interval(std::int64_t successes, std::int64_t trials) {
  if (trials == 0) return {0.0, 1.0};
  constexpr double z = kNormal975;
  const double n = static_cast<double>(trials), p = static_cast<double>(successes) / n;
  const double centre = p + z * z / (2 * n);
  const double spread = z * std::sqrt(p * (1 - p) / n + z * z / (4 * n * n));
  const double scale = 1 + z * z / n;
  return {std::max(0.0, (centre - spread) / scale), std::min(1.0, (centre + spread) / scale)};
}

std::vector<Interval> bootstrap_intervals(
    std::int64_t count, std::size_t figures,
    const std::function<std::vector<double>(const Indices&)>& statistics, int resamples,
    std::uint64_t seed) {
  std::mt19937_64 random(seed);
  Indices drawn(static_cast<std::size_t>(count));
  std::vector<std::vector<double>> values(figures);
  for (int i = 0; i < resamples; ++i) {
    for (auto& index : drawn) {
      index = static_cast<std::int64_t>(random() % static_cast<std::uint64_t>(count));
    }
    const std::vector<double> found = statistics(drawn);
    for (std::size_t f = 0; f < figures; ++f) {
      if (!std::isnan(found[f])) values[f].push_back(found[f]);
    }
  }
  std::vector<Interval> intervals;
  for (auto& of_figure : values) intervals.push_back(middle_95(of_figure));
  return intervals;
}

Interval bootstrap_interval(std::int64_t count,
                            const std::function<double(const Indices&)>& statistic, int resamples,
                            std::uint64_t seed) {
  const auto alone = [&](const Indices& drawn) { return std::vector<double>{statistic(drawn)}; };
  return bootstrap_intervals(count, 1, alone, resamples, seed).front();
}

}  // namespace thoraxlite
