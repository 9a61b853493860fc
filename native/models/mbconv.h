// EfficientNet's block: mobile inverted bottleneck with squeeze-and-excitation (Tan and Le,
// EfficientNet, ICML 2019, table 1; Hu et al., Squeeze-and-Excitation Networks, CVPR 2018).
// Parameters and buffers carry torchvision's names.
#pragma once

#include <torch/nn.h>

#include <vector>

namespace thoraxlite {

// What EfficientNet's norms have in common.
struct NormOptions {
  double eps = 1e-5;
  double momentum = 0.1;
};

// Convolution without bias, padded to keep the size at stride 1, batch norm, SiLU where
// `activated`.
class ConvNorm : public torch::nn::Module {
 public:
  struct Options {
    std::int64_t in;
    std::int64_t out;
    std::int64_t kernel = 1;
    std::int64_t stride = 1;
    std::int64_t groups = 1;
    bool activated = true;
  };

  ConvNorm(const Options& options, const NormOptions& norm_options);
  torch::Tensor forward(const torch::Tensor& x);

 private:
  torch::nn::Conv2d conv{nullptr};
  torch::nn::BatchNorm2d norm{nullptr};
  bool activated;
};

// x * sigmoid(fc2(SiLU(fc1(mean of each channel of x)))).
class SqueezeExcitation : public torch::nn::Module {
 public:
  SqueezeExcitation(std::int64_t channels, std::int64_t squeezed);
  torch::Tensor forward(const torch::Tensor& x);

 private:
  torch::nn::Conv2d fc1{nullptr}, fc2{nullptr};
};

struct MBConvOptions {
  std::int64_t in;
  std::int64_t out;
  std::int64_t expansion;  // width inside, times `in`; 1 leaves the first convolution out
  std::int64_t kernel;     // of the depthwise convolution
  std::int64_t stride;
  double drop_probability;  // of stochastic depth
  NormOptions norm;
};

class MBConv : public torch::nn::Module {
 public:
  explicit MBConv(const MBConvOptions& options);

  // Where stride and width stay, x + block(x); in training the block is then dropped for each image
  // with drop_probability, and the kept ones divided by the probability to stay (stochastic depth,
  // Huang et al., ECCV 2016, in the form that leaves inference as it is).
  torch::Tensor forward(const torch::Tensor& x);

  MBConvOptions options;

 private:
  std::shared_ptr<ConvNorm> expand, depthwise, project;  // expand: null where expansion is 1
  std::shared_ptr<SqueezeExcitation> squeeze_excitation;
};

}  // namespace thoraxlite
