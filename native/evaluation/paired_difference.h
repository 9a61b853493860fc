// What two models differ by on the same images, and how surely.
#pragma once

#include <cstddef>
#include <limits>
#include <string>
#include <vector>

#include "evaluation/interval.h"

namespace thoraxlite {

// first - second. NaN: the images do not define it.
struct PairedDifference {
  double value = std::numeric_limits<double>::quiet_NaN();
  Interval interval{std::numeric_limits<double>::quiet_NaN(),
                    std::numeric_limits<double>::quiet_NaN()};  // 95 %
  double p = std::numeric_limits<double>::quiet_NaN();  // two-sided, of "they do not differ"
};

// The images of one patient say less than as many of several: whose each image is, numbered from 0
// in the order of the first image. An empty text is somebody of his own.
struct Clusters {
  std::vector<std::size_t> of;  // [images]
  std::size_t count = 0;
};

Clusters clusters_of(const std::vector<std::string>& patients);

}  // namespace thoraxlite
