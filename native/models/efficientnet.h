// EfficientNet B0 to B7 (Tan and Le, EfficientNet: Rethinking Model Scaling for Convolutional
// Neural Networks, ICML 2019), two of which are the paper's teacher on CheXpert. Parameters and
// buffers carry torchvision's names.
#pragma once

#include <optional>

#include "models/mbconv.h"
#include "models/network.h"

namespace thoraxlite {

struct EfficientNetOptions {
  std::int64_t variant = 0;  // B0 to B7
  std::int64_t labels = 1000;
  std::int64_t channels = 3;      // of the input: 1 or 3
  std::optional<double> dropout;  // before the classifier, in training; 0.2 to 0.5 by variant
  double stochastic_depth = 0.2;  // drop probability behind the last block; the first's is 0,
                                  // linear between
};

class EfficientNet : public Network {
 public:
  // Throws std::runtime_error if there is no such variant.
  explicit EfficientNet(const EfficientNetOptions& options);

  // Feature maps: features.0 (stem), features.1 to features.7 (stages of blocks), features.8 (the
  // last 1x1 convolution); halved in size at 0, 2, 3, 4 and 6.
  ModelOutput forward(const torch::Tensor& images) override;

  EfficientNetOptions options;

 private:
  std::shared_ptr<ConvNorm> stem, head;
  std::vector<std::vector<std::shared_ptr<MBConv>>> stages;
  torch::nn::Sequential classifier;
};

}  // namespace thoraxlite
