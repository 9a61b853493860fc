// What two models differ by on the same images, and how surely.
#pragma once

#include <limits>

#include "evaluation/interval.h"

namespace thoraxlite {

// first - second. NaN: the images do not define it.
struct PairedDifference {
  double value = std::numeric_limits<double>::quiet_NaN();
  Interval interval{std::numeric_limits<double>::quiet_NaN(),
                    std::numeric_limits<double>::quiet_NaN()};  // 95 %
  double p = std::numeric_limits<double>::quiet_NaN();  // two-sided, of "they do not differ"
};

}  // namespace thoraxlite
