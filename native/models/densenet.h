// DenseNet-121 (Huang et al., Densely Connected Convolutional Networks, CVPR 2017, table 1), the
// paper's assistant. Parameters and buffers carry torchvision's names.
#pragma once

#include "models/network.h"

namespace thoraxlite {

struct DenseNetOptions {
  std::int64_t labels = 1000;
  std::int64_t channels = 3;  // of the input: 1 or 3
  double dropout = 0.0;       // before the classifier, in training
};

class DenseNet : public Network {
 public:
  explicit DenseNet(const DenseNetOptions& options);

  // Feature maps: pool0, denseblock1, denseblock2, denseblock3, denseblock4 (behind the last norm
  // and ReLU), global_pool. Inputs of 32 pixels a side or more.
  ModelOutput forward(const torch::Tensor& images) override;

  DenseNetOptions options;
  torch::nn::Sequential features;
  torch::nn::Linear classifier{nullptr};
};

}  // namespace thoraxlite
