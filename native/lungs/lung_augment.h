// Random changes to a film and its lung mask together, wider than what films of findings get: the
// lung field is to be found in whatever is dropped on the page.
#pragma once

#include <torch/types.h>

#include <utility>

namespace thoraxlite {

// films, masks: float32 [B, 1, H, W] in [0, 1]; the same come back. Rotation up to 14 degrees,
// scale up to a quarter and shift up to 0.15 of the side either way, mirror; gamma up to e^0.6
// either way, contrast, brightness, softness and noise. Borders are repeated, of a mask they are
// outside.
std::pair<torch::Tensor, torch::Tensor> augment_lungs(const torch::Tensor& films,
                                                      const torch::Tensor& masks,
                                                      torch::Generator generator);

}  // namespace thoraxlite
