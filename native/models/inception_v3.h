// Inception-V3 (Szegedy et al., Rethinking the Inception Architecture, CVPR 2016), the paper's
// teacher in its case study. Parameters and buffers carry torchvision's names.
#pragma once

#include "models/network.h"

namespace thoraxlite {

struct InceptionV3Options {
  std::int64_t labels = 1000;
  std::int64_t channels = 3;  // of the input: 1 or 3
  double dropout = 0.5;       // before fc, in training
  bool auxiliary = true;      // with the auxiliary head, which counts in training only
};

class InceptionV3 : public Network {
 public:
  explicit InceptionV3(const InceptionV3Options& options);

  // Feature maps: Conv2d_2b_3x3, maxpool1, maxpool2, Mixed_5d, Mixed_6a, Mixed_6e, Mixed_7c,
  // global_pool. Inputs of 75 pixels a side or more. The auxiliary head reads Mixed_6e, pooled
  // with 5x5 windows at steps of 3, or whole where Mixed_6e is smaller than that (inputs under
  // 299 pixels, where torchvision's would fail).
  ModelOutput forward(const torch::Tensor& images) override;

  InceptionV3Options options;
  torch::nn::Linear fc{nullptr};
};

}  // namespace thoraxlite
