// Against a loss that is small on average and large for a few: group distributionally robust
// optimisation (Sagawa et al. 2020, arXiv 1911.08731, algorithm 1, over the groups of a batch).
//
//   q_g <- q_g exp(rate L_g) / sum,   L = sum_g q_g L_g,   L_g the mean loss of group g's images
//
// q is 1 / groups at first. A group that a batch lacks counts, for q, as of the mean loss by q of
// those that it has: as of loss 0, as in the authors' program, small groups would lose weight by
// being seldom there.
#pragma once

#include <torch/types.h>

#include <functional>
#include <string>
#include <vector>

namespace thoraxlite {

// Groups of images: each stratum's images of each class. Of an image without any label: none, -1.
struct ImageGroups {
  std::vector<std::string> names;  // [groups], as "nih PA, normal", in the order of the alphabet
  torch::Tensor of_image;          // int64 [N]
};

// targets: float32 [N, labels], exactly one 1 a row or all unknown; throws std::runtime_error else,
// and where no image has a label. strata: [N].
ImageGroups image_groups(const torch::Tensor& targets, const std::vector<std::string>& labels,
                         const std::vector<std::string>& strata);

class GroupRobustLoss {
 public:
  // rate: above 0, of the weights' steps.
  GroupRobustLoss(ImageGroups groups, double rate, torch::Device device);

  // Moves the weights by the batch's losses, and gives the loss by the new ones, a scalar. index:
  // int64 [B] on the CPU, which images the batch has. loss_of: the mean loss of some of them, a
  // scalar on the device; rows: int64, on the device, of the batch.
  torch::Tensor step(const torch::Tensor& index,
                     const std::function<torch::Tensor(const torch::Tensor& rows)>& loss_of);

  const std::vector<std::string>& names() const { return groups_.names; }
  torch::Tensor weights() const;      // q, float64 [groups] on the CPU
  torch::Tensor log_weights() const;  // ln q, by which set_log_weights() goes on exactly
  // Throws std::runtime_error if they are of another number of groups.
  void set_log_weights(const torch::Tensor& log_weights);

 private:
  ImageGroups groups_;
  double rate_;
  torch::Tensor log_weights_;  // float64 [groups] on the device: as q, small ones would vanish
};

}  // namespace thoraxlite
