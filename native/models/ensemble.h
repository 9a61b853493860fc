// Several networks as one: the paper's teacher on CheXpert joins EfficientNet-B6 and B7.
#pragma once

#include "models/network.h"

namespace thoraxlite {

class Ensemble : public Network {
 public:
  using Member = std::pair<std::string, std::shared_ptr<Network>>;

  // Names are unique; parameters and buffers are named NAME.PARAMETER. The members take the same
  // images, give the same labels, and have no auxiliary head.
  explicit Ensemble(std::vector<Member> members);

  // Logits: the mean of the members', so that one loss trains them all. Feature maps: the members'
  // in their order, each named NAME.MAP.
  ModelOutput forward(const torch::Tensor& images) override;

  const std::vector<Member> members;
};

}  // namespace thoraxlite
