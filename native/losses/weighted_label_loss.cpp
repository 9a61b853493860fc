#include "losses/weighted_label_loss.h"

#include <torch/nn/functional.h>

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
  const torch::Tensor known = targets.ge(0).to(logits.scalar_type());
  const torch::Tensor smooth = targets.clamp_min(0) * (1 - smoothing) + 0.5 * smoothing;
  const torch::Tensor shifted = logits + (weights.present / weights.absent).log();
  const torch::Tensor each = weights.present * smooth * F::softplus(-shifted) +
                             weights.absent * (1 - smooth) * F::softplus(shifted);
  return (each * known).sum() / known.sum().clamp_min(1);
}

}  // namespace thoraxlite
