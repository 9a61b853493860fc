// Intervals of the mean of a few runs.
#pragma once

#include <vector>

#include "evaluation/interval.h"

namespace thoraxlite {

// 97.5th percentile of Student's t distribution; degrees_of_freedom >= 1.
double student_t_975(int degrees_of_freedom);

struct SeedMean {
  int runs = 0;
  double mean = 0;
  double deviation = 0;  // between runs, n - 1; NaN for one run
  Interval interval;     // 95% of the mean, Student's t; NaN for one run
};

// values: at least one, of runs that differ by their seed. A NaN among them makes all NaN.
SeedMean mean_over_seeds(const std::vector<double>& values);

}  // namespace thoraxlite
