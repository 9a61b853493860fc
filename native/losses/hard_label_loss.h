// Equation 1 of the paper: binary cross-entropy of each class on hard labels, their mean.
//
//   L = -1/n sum_b sum_c  y_bc log p_bc + (1 - y_bc) log(1 - p_bc),   p = sigmoid(logit)
//
// over the n pairs of image and label whose target is known.
#pragma once

#include <torch/types.h>

namespace thoraxlite {

// logits, targets: float32 [B, labels]; targets in [0, 1], or negative where unknown. Returns a
// scalar, 0 where nothing is known.
// smoothing, in [0, 1): moves known targets towards 1/2 by this share (Szegedy 2016, for two
// outcomes).
torch::Tensor hard_label_loss(const torch::Tensor& logits, const torch::Tensor& targets,
                              double smoothing = 0.0);

}  // namespace thoraxlite
