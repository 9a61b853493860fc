// Batch norm folded into the convolution before it: in evaluation mode
//   norm(conv(x)) = conv'(x),  w' = w g / sqrt(v + e),  b' = beta - m g / sqrt(v + e).
#pragma once

#include <torch/nn.h>

namespace thoraxlite {

struct FoldedConvolution {
  torch::Tensor weight;  // float32 [out, in, k, k]
  torch::Tensor bias;    // float32 [out]
};

// conv has no bias of its own. Computed in double.
FoldedConvolution fold(const torch::nn::Conv2dImpl& conv, const torch::nn::BatchNorm2dImpl& norm);

}  // namespace thoraxlite
