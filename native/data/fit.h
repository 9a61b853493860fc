// Training images to the side of a network's input, as the core's resize_area() does it
// (core/image/prepare.h), so that what is trained is what is scored.
#pragma once

#include <torch/types.h>

namespace thoraxlite {

// Exact area average of float32 [B, C, side, side] to [B, C, size, size], in float32 also where
// products are of bfloat16; side >= size >= 1, else throws std::runtime_error. Images of that side
// come back as they are.
torch::Tensor fit(const torch::Tensor& images, std::int64_t size);

}  // namespace thoraxlite
