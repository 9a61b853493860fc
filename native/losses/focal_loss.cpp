#include "losses/focal_loss.h"

#include <torch/nn/functional.h>

namespace thoraxlite {

torch::Tensor focal_loss(const torch::Tensor& logits, const torch::Tensor& targets,
                         double smoothing) {
  const torch::Tensor known = targets.ge(0).to(logits.scalar_type());
  const torch::Tensor smooth = targets.clamp_min(0) * (1 - smoothing) + 0.5 * smoothing;
  const torch::Tensor each = torch::nn::functional::binary_cross_entropy_with_logits(
      logits, smooth,
      torch::nn::functional::BinaryCrossEntropyWithLogitsFuncOptions().reduction(torch::kNone));
  const torch::Tensor far = (smooth - torch::sigmoid(logits)).abs().pow(kFocalGamma);
  return (far * each * known).sum() / known.sum().clamp_min(1);
}

}  // namespace thoraxlite
