// What every network of the project is to the training code.
#pragma once

#include <torch/nn.h>

#include <string>
#include <utility>
#include <vector>

namespace thoraxlite {

struct ModelOutput {
  torch::Tensor logits;  // float32 [B, labels]
  // Named feature maps [B, C, H, W] (or [B, C] behind the global average), in order of execution.
  std::vector<std::pair<std::string, torch::Tensor>> features;
  // [B, labels] of an auxiliary head, in training mode only; else undefined.
  torch::Tensor auxiliary;
};

class Network : public torch::nn::Module {
 public:
  // images: float32 [B, channels, H, W], normalised.
  virtual ModelOutput forward(const torch::Tensor& images) = 0;
};

}  // namespace thoraxlite
