#include "models/densenet.h"

#include <torch/nn/functional.h>

#include "models/norm_relu.h"

namespace thoraxlite {
namespace {

using torch::nn::BatchNorm2d;
using torch::nn::Conv2d;
using torch::nn::Conv2dOptions;

constexpr std::int64_t kGrowth = 32;
constexpr std::int64_t kBottleneck = 4;  // times the growth
constexpr std::int64_t kStem = 64;
constexpr std::int64_t kLayers[] = {6, 12, 24, 16};  // of each dense block

Conv2d convolution(std::int64_t in, std::int64_t out, std::int64_t kernel, std::int64_t stride,
                   std::int64_t padding) {
  return Conv2d(Conv2dOptions(in, out, kernel).stride(stride).padding(padding).bias(false));
}

class DenseLayer : public torch::nn::Module {
 public:
  explicit DenseLayer(std::int64_t in)
      : norm1(register_module("norm1", BatchNorm2d(in))),
        conv1(register_module("conv1", convolution(in, kBottleneck * kGrowth, 1, 1, 0))),
        norm2(register_module("norm2", BatchNorm2d(kBottleneck * kGrowth))),
        conv2(register_module("conv2", convolution(kBottleneck * kGrowth, kGrowth, 3, 1, 1))) {}

  torch::Tensor forward(const torch::Tensor& x) {
    return conv2(norm_relu(*norm2, conv1(norm_relu(*norm1, x))));
  }

 private:
  BatchNorm2d norm1;
  Conv2d conv1;
  BatchNorm2d norm2;
  Conv2d conv2;
};

class DenseBlock : public torch::nn::Module {
 public:
  DenseBlock(std::int64_t in, std::int64_t layers) {
    for (std::int64_t i = 0; i < layers; ++i) {
      layers_.push_back(register_module("denselayer" + std::to_string(i + 1),
                                        std::make_shared<DenseLayer>(in + i * kGrowth)));
    }
  }

  torch::Tensor forward(torch::Tensor x) {
    for (const auto& layer : layers_) x = torch::cat({x, layer->forward(x)}, 1);
    return x;
  }

 private:
  std::vector<std::shared_ptr<DenseLayer>> layers_;
};

class Transition : public torch::nn::Module {
 public:
  explicit Transition(std::int64_t in)
      : norm(register_module("norm", BatchNorm2d(in))),
        conv(register_module("conv", convolution(in, in / 2, 1, 1, 0))) {}

  torch::Tensor forward(const torch::Tensor& x) {
    return torch::avg_pool2d(conv(norm_relu(*norm, x)), 2, 2);
  }

 private:
  BatchNorm2d norm;
  Conv2d conv;
};

}  // namespace

DenseNet::DenseNet(const DenseNetOptions& densenet_options) : options(densenet_options) {
  features->push_back("conv0", convolution(options.channels, kStem, 7, 2, 3));
  features->push_back("norm0", BatchNorm2d(kStem));
  std::int64_t width = kStem;
  for (std::size_t i = 0; i < std::size(kLayers); ++i) {
    const std::string number = std::to_string(i + 1);
    features->push_back("denseblock" + number, DenseBlock(width, kLayers[i]));
    width += kLayers[i] * kGrowth;
    if (i + 1 == std::size(kLayers)) break;
    features->push_back("transition" + number, Transition(width));
    width /= 2;
  }
  features->push_back("norm5", BatchNorm2d(width));
  register_module("features", features);
  classifier = register_module("classifier", torch::nn::Linear(width, options.labels));

  // As torchvision starts: He's normal for convolutions, zero bias for the classifier.
  for (const auto& module : modules(false)) {
    if (auto* conv = module->as<torch::nn::Conv2dImpl>()) {
      torch::nn::init::kaiming_normal_(conv->weight);
    }
  }
  torch::nn::init::zeros_(classifier->bias);
}

ModelOutput DenseNet::forward(const torch::Tensor& images) {
  ModelOutput output;
  torch::Tensor x = images;
  for (const auto& child : features->named_children()) {
    const std::string& name = child.key();
    if (auto* conv = child.value()->as<torch::nn::Conv2dImpl>()) {
      x = conv->forward(x);
    } else if (auto* norm = child.value()->as<torch::nn::BatchNorm2dImpl>()) {
      x = norm_relu(*norm, x);
      if (name == "norm0") {
        x = torch::max_pool2d(x, 3, 2, 1);
        output.features.emplace_back("pool0", x);
      } else {
        output.features.emplace_back("denseblock4", x);
      }
    } else if (auto* block = child.value()->as<DenseBlock>()) {
      x = block->forward(x);
      // The last block is tapped behind its norm, where the classifier reads it.
      if (name != "denseblock4") output.features.emplace_back(name, x);
    } else {
      x = child.value()->as<Transition>()->forward(x);
    }
  }
  x = x.mean(torch::IntArrayRef({2, 3}));
  output.features.emplace_back("global_pool", x);
  output.logits = classifier(torch::dropout(x, options.dropout, is_training()));
  return output;
}

}  // namespace thoraxlite
