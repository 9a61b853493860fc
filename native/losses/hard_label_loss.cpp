#include "losses/hard_label_loss.h"

#include "losses/hard_targets.h"

namespace thoraxlite {

torch::Tensor hard_label_loss(const torch::Tensor& logits, const torch::Tensor& targets,
                              double smoothing) {
  const HardTargets hard(targets, smoothing);
  return hard.mean(hard.cross_entropy(logits));
}

}  // namespace thoraxlite
