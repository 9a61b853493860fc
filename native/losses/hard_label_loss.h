// Equation 1 of the paper: binary cross-entropy of each class on hard labels, their mean.
//
//   L = -1/(B C) sum_b sum_c  y_bc log p_bc + (1 - y_bc) log(1 - p_bc),   p = sigmoid(logit)
#pragma once

#include <torch/nn/functional.h>

namespace thoraxlite {

// logits, targets: float32 [B, labels]; targets in [0, 1]. Returns a scalar.
inline torch::Tensor hard_label_loss(const torch::Tensor& logits, const torch::Tensor& targets) {
  return torch::nn::functional::binary_cross_entropy_with_logits(logits, targets);
}

}  // namespace thoraxlite
