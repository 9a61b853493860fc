// Equation 3's second term: the Kullback-Leibler divergence between feature maps.
//
// The paper writes KL between maps that are no distributions and differ in channels and grid. Our
// reading: where a network looks. The energy of each position, e = sum_c f_c^2, averaged to the
// smaller of the two grids, is normalised to a distribution q over positions, and
//
//   L = mean_b sum_x  q_guide(x) log( q_guide(x) / q_own(x) )
//
// By its letter (normalise = false), the energies, divided by the number of channels, enter as
// they are, and the same sum is averaged over positions; it can then be negative.
#pragma once

#include <torch/types.h>

namespace thoraxlite {

// own: float32 [B, C, H, W]; guide: float32 [B, C', H', W']. No gradient flows into guide. Returns
// a scalar.
torch::Tensor map_divergence(const torch::Tensor& own, const torch::Tensor& guide,
                             bool normalise = true);

}  // namespace thoraxlite
