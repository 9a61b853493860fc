#include "models/efficientnet.h"

#include <array>
#include <cmath>
#include <stdexcept>
#include <string>

namespace thoraxlite {
namespace {

// Table 1 of the paper: B0's stages between stem and head.
struct Stage {
  std::int64_t expansion, kernel, stride, in, out, blocks;
};
constexpr std::array kStages{
    Stage{1, 3, 1, 32, 16, 1},   Stage{6, 3, 2, 16, 24, 2},  Stage{6, 5, 2, 24, 40, 2},
    Stage{6, 3, 2, 40, 80, 3},   Stage{6, 5, 1, 80, 112, 3}, Stage{6, 5, 2, 112, 192, 4},
    Stage{6, 3, 1, 192, 320, 1},
};

// B0 to B7; the norms of the largest keep TensorFlow's eps and momentum, as in torchvision.
struct Scaling {
  double width, depth, dropout;
  NormOptions norm;
};
constexpr NormOptions kTensorFlowNorm{1e-3, 0.01};
constexpr std::array kScalings{
    Scaling{1.0, 1.0, 0.2, {}},
    Scaling{1.0, 1.1, 0.2, {}},
    Scaling{1.1, 1.2, 0.3, {}},
    Scaling{1.2, 1.4, 0.3, {}},
    Scaling{1.4, 1.8, 0.4, {}},
    Scaling{1.6, 2.2, 0.4, kTensorFlowNorm},
    Scaling{1.8, 2.6, 0.5, kTensorFlowNorm},
    Scaling{2.0, 3.1, 0.5, kTensorFlowNorm},
};

const Scaling& scaling_of(std::int64_t variant) {
  if (variant < 0 || variant >= static_cast<std::int64_t>(kScalings.size())) {
    throw std::runtime_error("there is no EfficientNet-B" + std::to_string(variant) +
                             "; expected B0 to B7");
  }
  return kScalings[static_cast<std::size_t>(variant)];
}

// The nearest multiple of 8 that is not more than a tenth below.
std::int64_t scaled_width(std::int64_t channels, double scale) {
  const double wanted = static_cast<double>(channels) * scale;
  const std::int64_t rounded =
      std::max<std::int64_t>(8, static_cast<std::int64_t>(wanted + 4) / 8 * 8);
  return static_cast<double>(rounded) < 0.9 * wanted ? rounded + 8 : rounded;
}

std::int64_t scaled_depth(std::int64_t blocks, double scale) {
  return static_cast<std::int64_t>(std::ceil(static_cast<double>(blocks) * scale));
}

}  // namespace

EfficientNet::EfficientNet(const EfficientNetOptions& network_options) : options(network_options) {
  const Scaling& scaling = scaling_of(options.variant);
  std::int64_t all_blocks = 0;
  for (const Stage& stage : kStages) all_blocks += scaled_depth(stage.blocks, scaling.depth);

  torch::nn::ModuleList features;
  std::int64_t width = scaled_width(kStages.front().in, scaling.width);
  stem = std::make_shared<ConvNorm>(ConvNorm::Options{options.channels, width, 3, 2}, scaling.norm);
  features->push_back(stem);
  std::int64_t built = 0;
  for (const Stage& stage : kStages) {
    const std::int64_t out = scaled_width(stage.out, scaling.width);
    auto& blocks = stages.emplace_back();
    for (std::int64_t i = 0; i < scaled_depth(stage.blocks, scaling.depth); ++i) {
      const double drop_probability =
          options.stochastic_depth * static_cast<double>(built++) / static_cast<double>(all_blocks);
      blocks.push_back(std::make_shared<MBConv>(
          MBConvOptions{width, out, stage.expansion, stage.kernel, i == 0 ? stage.stride : 1,
                        drop_probability, scaling.norm}));
      width = out;
    }
    torch::nn::ModuleList list;
    for (const auto& block : blocks) list->push_back(block);
    features->push_back(list);
  }
  head = std::make_shared<ConvNorm>(ConvNorm::Options{width, 4 * width}, scaling.norm);
  features->push_back(head);
  register_module("features", features);
  const torch::nn::Linear linear(4 * width, options.labels);
  classifier->push_back(torch::nn::Dropout(options.dropout.value_or(scaling.dropout)));
  classifier->push_back(linear);
  register_module("classifier", classifier);

  // As torchvision starts: He's normal by fan-out for convolutions, zero biases, uniform in
  // 1/sqrt(labels) for the classifier.
  for (const auto& module : modules(false)) {
    if (auto* conv = module->as<torch::nn::Conv2dImpl>()) {
      torch::nn::init::kaiming_normal_(conv->weight, 0, torch::kFanOut);
      if (conv->bias.defined()) torch::nn::init::zeros_(conv->bias);
    }
  }
  const double range = 1 / std::sqrt(static_cast<double>(options.labels));
  torch::nn::init::uniform_(linear->weight, -range, range);
  torch::nn::init::zeros_(linear->bias);
}

ModelOutput EfficientNet::forward(const torch::Tensor& images) {
  ModelOutput output;
  torch::Tensor x = images;
  const auto keep = [&] {
    output.features.emplace_back("features." + std::to_string(output.features.size()), x);
  };
  x = stem->forward(x);
  keep();
  for (const auto& blocks : stages) {
    for (const auto& block : blocks) x = block->forward(x);
    keep();
  }
  x = head->forward(x);
  keep();
  output.logits = classifier->forward(torch::adaptive_avg_pool2d(x, 1).flatten(1));
  return output;
}

}  // namespace thoraxlite
