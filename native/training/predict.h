// A network's logits on a set of images.
#pragma once

#include <vector>

#include "core/image/prepare.h"
#include "data/image_set.h"
#include "models/network.h"

namespace thoraxlite {

// pixels: float32 in [0, 1]
torch::Tensor normalise(const torch::Tensor& pixels, const InputSpec& input);

// float32 [N, labels] on the CPU. The network is left in evaluation mode.
torch::Tensor predict(Network& network, const ImageSet& images, const InputSpec& input,
                      torch::Device device);

// The rows of a float32 matrix.
std::vector<std::vector<float>> to_rows(const torch::Tensor& matrix);

}  // namespace thoraxlite
