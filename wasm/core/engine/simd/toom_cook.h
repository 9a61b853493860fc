// The matrices of one-dimensional Winograd convolutions, by Toom and Cook's construction.
//
// Outputs y[i] = sum over k of d[i + k] g[k] come from values at n points:
//   y = A^T ((G g) * (B^T d)), elementwise product, the last point being infinity.
// S. Winograd, Arithmetic Complexity of Computations, 1980; A. Lavin and S. Gray, Fast Algorithms
// for Convolutional Neural Networks, 2016. A^T has powers of the points and is part of the kernels.
#pragma once

#include <vector>

namespace thoraxlite {

struct ToomCook {
  int points = 0;  // with infinity
  int taps = 0;
  std::vector<double> weights;  // G, [points, taps]
  std::vector<double> inputs;   // B^T, [points, points]
};

// finite: the points but infinity, each once, at most 7.
ToomCook toom_cook(const std::vector<double>& finite, int taps);

}  // namespace thoraxlite
