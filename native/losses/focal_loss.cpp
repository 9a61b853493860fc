#include "losses/focal_loss.h"

#include "losses/hard_targets.h"

namespace thoraxlite {

torch::Tensor focal_loss(const torch::Tensor& logits, const torch::Tensor& targets,
                         double smoothing) {
  const HardTargets hard(targets, smoothing);
  const torch::Tensor far = (hard.smooth - torch::sigmoid(logits)).abs().pow(kFocalGamma);
  return hard.mean(far * hard.cross_entropy(logits));
}

}  // namespace thoraxlite
