// Batch norm and ReLU together, as every convolution here but EfficientNet's is followed by both.
#pragma once

#include <torch/nn.h>

namespace thoraxlite {

// relu(norm(x)), with the same gradients and the same running statistics. In training on a CPU, of
// maps that lie channels last in float32 or bfloat16, in five passes over memory where LibTorch's
// operators make sixteen, which is a good part of a training step. Sums are taken in an order that
// does not depend on the number of threads. x: [B, C, H, W].
torch::Tensor norm_relu(torch::nn::BatchNorm2dImpl& norm, const torch::Tensor& x);

}  // namespace thoraxlite
