// Equation 4's second term: the p-Wasserstein distance between feature maps,
//
//   W_p(f, g) = ( inf E[ d(x, y)^p ] )^(1/p)     over all couplings of x ~ f and y ~ g.
//
// The paper does not say what a sample of a map is; the two maps differ in channels and grid. Our
// reading: a channel is a sample, the pattern that it draws over a common grid is its value. A
// coupling is then a matching of the student's channels with the guide's, which is what channels
// without an order of their own need. Patterns are vectors; the distance is sliced (Rabin et al.
// 2011; Bonneel et al. 2015): projected on random directions, where sorting solves the matching
// exactly, and averaged over them.
#pragma once

#include <torch/types.h>

namespace thoraxlite {

// Exact in one dimension: (integral over u in [0, 1] of |F^-1(u) - G^-1(u)|^p)^(1/p), for empirical
// distributions of any two sizes. a: float32 [..., n], b: float32 [..., m], p >= 1. Returns [...].
torch::Tensor wasserstein_1d(const torch::Tensor& a, const torch::Tensor& b, double p);

// ( mean over directions of W_p^p between the projections )^(1/p).
// a: float32 [B, n, d], b: float32 [B, m, d]; directions: float32 [d, k], unit columns. Returns
// [B].
torch::Tensor sliced_wasserstein(const torch::Tensor& a, const torch::Tensor& b,
                                 const torch::Tensor& directions, double p);

// k directions, uniform on the unit sphere of d dimensions: float32 [d, k] on the CPU.
torch::Tensor random_directions(std::int64_t d, std::int64_t k, torch::Generator generator);

// A map's channels as samples: averaged to grid x grid positions and divided by the map's root mean
// square, so that only patterns count. map: float32 [B, C, H, W]. Returns [B, C, grid * grid].
torch::Tensor channel_patterns(const torch::Tensor& map, std::int64_t grid);

}  // namespace thoraxlite
