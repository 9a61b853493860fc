#include "losses/weighted_label_loss.h"

#include <torch/nn/functional.h>

#include "losses/hard_targets.h"

namespace thoraxlite {

LabelWeights label_weights(const torch::Tensor& targets) {
  const torch::Tensor present = targets.eq(1).sum(0).to(torch::kFloat64);
  const torch::Tensor absent = targets.eq(0).sum(0).to(torch::kFloat64);
  const torch::Tensor both = present.gt(0).logical_and(absent.gt(0));
  const auto weight = [&](const torch::Tensor& side) {
    const torch::Tensor balanced = (present + absent) / (2 * side);
    return torch::where(both, balanced.clamp_max(kMostWeight), torch::ones_like(balanced))
        .to(torch::kFloat32);
  };
  return {weight(present), weight(absent)};
}

torch::Tensor weighted_label_loss(const torch::Tensor& logits, const torch::Tensor& targets,
                                  const LabelWeights& weights, double smoothing) {
  namespace F = torch::nn::functional;
  const HardTargets hard(targets, smoothing);
  const torch::Tensor shifted = logits + (weights.present / weights.absent).log();
  return hard.mean(weights.present * hard.smooth * F::softplus(-shifted) +
                   weights.absent * (1 - hard.smooth) * F::softplus(shifted));
}

}  // namespace thoraxlite
