// Hard labels as the losses on them take them.
#pragma once

#include <torch/torch.h>

namespace thoraxlite {

// targets: float32 [B, labels], 1, 0 or kUnknown. smoothing: of label smoothing (Szegedy 2016).
struct HardTargets {
  HardTargets(const torch::Tensor& targets, double smoothing)
      : known(targets.ge(0).to(targets.scalar_type())),
        smooth(targets.clamp_min(0) * (1 - smoothing) + 0.5 * smoothing) {}

  // Of each pair of image and label, whether known or not. logits: float32 [B, labels].
  torch::Tensor cross_entropy(const torch::Tensor& logits) const {
    return torch::binary_cross_entropy_with_logits(logits, smooth, {}, {}, at::Reduction::None);
  }

  // Over the pairs that are known; 0 where none is.
  torch::Tensor mean(const torch::Tensor& each) const {
    return (each * known).sum() / known.sum().clamp_min(1);
  }

  torch::Tensor known, smooth;
};

}  // namespace thoraxlite
