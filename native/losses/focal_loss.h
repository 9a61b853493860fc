// The focal loss (Lin et al. 2017, arXiv 1708.02002, its equation 4): equation 1 in which what is
// predicted well already counts little, so that the many images without a label leave room for the
// few with it.
//
//   L = 1/n sum_b sum_c  |y_bc - p_bc|^gamma BCE(p_bc, y_bc),   p = sigmoid(logit)
//
// gamma is that paper's best; its alpha is left out, as its best one, 0.25, weighs the rare side
// down. The mean is over the n known pairs, not over positives as in detection.
#pragma once

#include <torch/types.h>

namespace thoraxlite {

inline constexpr double kFocalGamma = 2;

// As hard_label_loss.
torch::Tensor focal_loss(const torch::Tensor& logits, const torch::Tensor& targets,
                         double smoothing = 0.0);

}  // namespace thoraxlite
