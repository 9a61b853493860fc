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

Interval wilson_interval(double successes, double trials) {
  if (trials == 0) return {0.0, 1.0};
  constexpr double z = kNormal975;
  const double n = trials, p = successes / n;
  const double centre = p + z * z / (2 * n);
  const double spread = z * std::sqrt(p * (1 - p) / n + z * z / (4 * n * n));
  const double scale = 1 + z * z / n;
  return {std::max(0.0, (centre - spread) / scale), std::min(1.0, (centre + spread) / scale)};
}

Interval proportion_interval(const std::vector<Share>& clusters) {
  double successes = 0, n = 0, count = 0;
  for (const Share& cluster : clusters) {
    successes += cluster.successes;
    n += cluster.trials;
    if (cluster.trials > 0) ++count;
  }
  const double p = n > 0 ? successes / n : 0;
  if (count == n) return wilson_interval(successes, n);
  if (count < 2 || p == 0 || p == 1) return wilson_interval(p * count, count);
  double between = 0;
  for (const Share& cluster : clusters) {
    const double away = cluster.successes - p * cluster.trials;
    between += away * away;
  }
  const double design = count / (count - 1) * between / (n / (n - 1) * n * p * (1 - p));
  const double worth = n / std::max(1.0, design);
  return wilson_interval(p * worth, worth);
}

std::vector<Interval> bootstrap_intervals(
    const Clusters& clusters, std::size_t figures,
    const std::function<std::vector<double>(const Indices&)>& statistics, int resamples,
    std::uint64_t seed) {
  std::mt19937_64 random(seed);
  Indices drawn;
  std::vector<std::vector<double>> values(figures);
  for (int i = 0; i < resamples; ++i) {
    drawn.clear();
    for (std::size_t k = 0; k < clusters.size(); ++k) {
      const auto& images = clusters.images[static_cast<std::size_t>(random() % clusters.size())];
      drawn.insert(drawn.end(), images.begin(), images.end());
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

Interval bootstrap_interval(const Clusters& clusters,
                            const std::function<double(const Indices&)>& statistic, int resamples,
                            std::uint64_t seed) {
  const auto alone = [&](const Indices& drawn) { return std::vector<double>{statistic(drawn)}; };
  return bootstrap_intervals(clusters, 1, alone, resamples, seed).front();
}

}  // namespace thoraxlite
