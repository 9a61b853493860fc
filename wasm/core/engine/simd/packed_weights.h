// Weights of the two convolution blocks in the layouts that kernels.h states, transformed in double
// precision.
#pragma once

#include <vector>

#include "core/engine/simd/toom_cook.h"

namespace thoraxlite {

// F(4, 3) at 0, 1, -1, 2, -2 and infinity; F(4, 5) at 1/2 and -1/2 too.
ToomCook toom_cook_3_taps();
ToomCook toom_cook_5_taps();

// The matrices of a stem of this stride.
ToomCook toom_cook_stem(int stride);

// weight: [channels, 1, 5, 5]
std::vector<float> pack_stem(const std::vector<float>& weight, int channels, int stride,
                             int channel_tile);

// weight: [out, in, 3, 3]
std::vector<float> pack_winograd(const std::vector<float>& weight, int in_channels,
                                 int out_channels, int channel_tile);

}  // namespace thoraxlite
