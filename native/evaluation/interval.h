// 95% intervals.
#pragma once

#include <cstdint>
#include <functional>
#include <vector>

namespace thoraxlite {

inline constexpr double kNormal975 = 1.959963984540054;  // percentile of the standard normal

struct Interval {
  double low = 0;
  double high = 0;
};

// Wilson score interval of a proportion (Wilson 1927). trials = 0 gives [0, 1].
Interval wilson_interval(std::int64_t successes, std::int64_t trials);

using Indices = std::vector<std::int64_t>;

// Percentile bootstrap of `figures` figures at once: `statistics` of `resamples` samples of the
// indices 0 .. count-1 (count >= 1) drawn with replacement; the same seed gives the same intervals.
// A sample in which a figure is NaN says nothing of it; where all are, the interval is NaN.
std::vector<Interval> bootstrap_intervals(
    std::int64_t count, std::size_t figures,
    const std::function<std::vector<double>(const Indices&)>& statistics, int resamples = 1000,
    std::uint64_t seed = 1);

// The same of one figure.
Interval bootstrap_interval(std::int64_t count,
                            const std::function<double(const Indices&)>& statistic,
                            int resamples = 1000, std::uint64_t seed = 1);

}  // namespace thoraxlite
