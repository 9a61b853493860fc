// 95% intervals.
#pragma once

#include <cstdint>
#include <functional>
#include <vector>

#include "evaluation/clusters.h"

namespace thoraxlite {

inline constexpr double kNormal975 = 1.959963984540054;  // percentile of the standard normal

struct Interval {
  double low = 0;
  double high = 0;
};

// Wilson score interval of a proportion (Wilson 1927). trials = 0 gives [0, 1]. Neither need be
// whole.
Interval wilson_interval(double successes, double trials);

// Successes and trials of one cluster.
struct Share {
  double successes = 0, trials = 0;
};

// Wilson's interval of the proportion over all clusters, as of as many independent trials as the
// clusters are worth: their number divided by the design effect (Rao and Scott 1992), the ratio
// estimator's variance between clusters to that of as many independent images, and at least 1.
// Where all trials succeed or all fail there is no variance to go by: every cluster is worth one.
// Clusters of one trial each give wilson_interval().
Interval proportion_interval(const std::vector<Share>& clusters);

using Indices = std::vector<std::int64_t>;

// Percentile bootstrap of `figures` figures at once: `statistics` of the images of `resamples`
// samples of the clusters, drawn with replacement; the same seed gives the same intervals. A sample
// in which a figure is NaN says nothing of it; where all are, or none is drawn, the interval is
// NaN.
std::vector<Interval> bootstrap_intervals(
    const Clusters& clusters, std::size_t figures,
    const std::function<std::vector<double>(const Indices&)>& statistics, int resamples = 1000,
    std::uint64_t seed = 1);

// The same of one figure.
Interval bootstrap_interval(const Clusters& clusters,
                            const std::function<double(const Indices&)>& statistic,
                            int resamples = 1000, std::uint64_t seed = 1);

}  // namespace thoraxlite
