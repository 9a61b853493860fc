// 95% intervals.
#pragma once

#include <cstdint>
#include <functional>
#include <vector>

namespace thoraxlite {

struct Interval {
  double low = 0;
  double high = 0;
};

// Wilson score interval of a proportion (Wilson 1927). trials = 0 gives [0, 1].
Interval wilson_interval(std::int64_t successes, std::int64_t trials);

// Percentile bootstrap: `statistic` of `resamples` samples of the indices 0 .. count-1 drawn with
// replacement; the same seed gives the same interval.
Interval bootstrap_interval(
    std::int64_t count, const std::function<double(const std::vector<std::int64_t>&)>& statistic,
    int resamples = 1000, std::uint64_t seed = 1);

}  // namespace thoraxlite
