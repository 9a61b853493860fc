#include "models/inception_v3.h"

#include <torch/nn/functional.h>

#include "models/norm_relu.h"

namespace thoraxlite {
namespace {

constexpr double kNormEpsilon = 1e-3;
constexpr std::int64_t kAuxiliaryGrid = 5;  // what the auxiliary head's 5x5 convolution needs

struct Window {
  std::int64_t height = 1, width = 1, stride = 1;
  bool same = true;  // padded so that stride 1 keeps the size
};

constexpr Window k1x1{1, 1}, k3x3{3, 3}, k5x5{5, 5}, k1x3{1, 3}, k3x1{3, 1}, k1x7{1, 7}, k7x1{7, 1};
constexpr Window kHalve{3, 3, 2, false}, kValid{3, 3, 1, false};

// Convolution, batch norm, ReLU.
class Convolution : public torch::nn::Module {
 public:
  Convolution(std::int64_t in, std::int64_t out, const Window& window)
      : conv(register_module(
            "conv",
            torch::nn::Conv2d(torch::nn::Conv2dOptions(in, out, {window.height, window.width})
                                  .stride(window.stride)
                                  .padding({window.same ? window.height / 2 : 0,
                                            window.same ? window.width / 2 : 0})
                                  .bias(false)))),
        bn(register_module(
            "bn", torch::nn::BatchNorm2d(torch::nn::BatchNorm2dOptions(out).eps(kNormEpsilon)))) {}

  torch::Tensor forward(const torch::Tensor& x) { return norm_relu(*bn, conv(x)); }

 private:
  torch::nn::Conv2d conv;
  torch::nn::BatchNorm2d bn;
};

struct Step {
  const char* name;
  std::int64_t out;
  Window window;
};

using Chain = std::vector<std::shared_ptr<Convolution>>;

// Branches side by side, their outputs concatenated: what the published figures 5 to 7 have in
// common. The last branch pools: a mean followed by a convolution, or a maximum that halves.
class Mixed : public torch::nn::Module {
 public:
  explicit Mixed(std::int64_t in) : in_(in) {}

  // fork: convolutions that all read the end of the chain; theirs are then the branch's outputs.
  Mixed& branch(const std::vector<Step>& chain, const std::vector<Step>& fork = {}) {
    Branch added;
    std::int64_t width = in_;
    for (const Step& step : chain) {
      added.chain.push_back(add(step, width));
      width = step.out;
    }
    for (const Step& step : fork) added.fork.push_back(add(step, width));
    branches_.push_back(std::move(added));
    return *this;
  }

  Mixed& pool(std::int64_t out) {
    pooled_ = add({"branch_pool", out, k1x1}, in_);
    return *this;
  }

  torch::Tensor forward(const torch::Tensor& x) {
    std::vector<torch::Tensor> outputs;
    for (const Branch& branch : branches_) {
      torch::Tensor y = x;
      for (const auto& convolution : branch.chain) y = convolution->forward(y);
      if (branch.fork.empty()) outputs.push_back(y);
      for (const auto& convolution : branch.fork) outputs.push_back(convolution->forward(y));
    }
    outputs.push_back(pooled_ ? pooled_->forward(torch::avg_pool2d(x, 3, 1, 1))
                              : torch::max_pool2d(x, 3, 2));
    return torch::cat(outputs, 1);
  }

 private:
  struct Branch {
    Chain chain, fork;
  };

  std::shared_ptr<Convolution> add(const Step& step, std::int64_t in) {
    return register_module(step.name, std::make_shared<Convolution>(in, step.out, step.window));
  }

  std::int64_t in_;
  std::vector<Branch> branches_;
  std::shared_ptr<Convolution> pooled_;
};

std::shared_ptr<Mixed> mixed_5(std::int64_t in, std::int64_t pooled) {
  auto block = std::make_shared<Mixed>(in);
  block->branch({{"branch1x1", 64, k1x1}})
      .branch({{"branch5x5_1", 48, k1x1}, {"branch5x5_2", 64, k5x5}})
      .branch({{"branch3x3dbl_1", 64, k1x1},
               {"branch3x3dbl_2", 96, k3x3},
               {"branch3x3dbl_3", 96, k3x3}})
      .pool(pooled);
  return block;
}

std::shared_ptr<Mixed> mixed_6a() {
  auto block = std::make_shared<Mixed>(288);
  block->branch({{"branch3x3", 384, kHalve}})
      .branch({{"branch3x3dbl_1", 64, k1x1},
               {"branch3x3dbl_2", 96, k3x3},
               {"branch3x3dbl_3", 96, kHalve}});
  return block;
}

std::shared_ptr<Mixed> mixed_6(std::int64_t c7) {
  auto block = std::make_shared<Mixed>(768);
  block->branch({{"branch1x1", 192, k1x1}})
      .branch({{"branch7x7_1", c7, k1x1}, {"branch7x7_2", c7, k1x7}, {"branch7x7_3", 192, k7x1}})
      .branch({{"branch7x7dbl_1", c7, k1x1},
               {"branch7x7dbl_2", c7, k7x1},
               {"branch7x7dbl_3", c7, k1x7},
               {"branch7x7dbl_4", c7, k7x1},
               {"branch7x7dbl_5", 192, k1x7}})
      .pool(192);
  return block;
}

std::shared_ptr<Mixed> mixed_7a() {
  auto block = std::make_shared<Mixed>(768);
  block->branch({{"branch3x3_1", 192, k1x1}, {"branch3x3_2", 320, kHalve}})
      .branch({{"branch7x7x3_1", 192, k1x1},
               {"branch7x7x3_2", 192, k1x7},
               {"branch7x7x3_3", 192, k7x1},
               {"branch7x7x3_4", 192, kHalve}});
  return block;
}

std::shared_ptr<Mixed> mixed_7(std::int64_t in) {
  auto block = std::make_shared<Mixed>(in);
  block->branch({{"branch1x1", 320, k1x1}})
      .branch({{"branch3x3_1", 384, k1x1}},
              {{"branch3x3_2a", 384, k1x3}, {"branch3x3_2b", 384, k3x1}})
      .branch({{"branch3x3dbl_1", 448, k1x1}, {"branch3x3dbl_2", 384, k3x3}},
              {{"branch3x3dbl_3a", 384, k1x3}, {"branch3x3dbl_3b", 384, k3x1}})
      .pool(192);
  return block;
}

class AuxiliaryHead : public torch::nn::Module {
 public:
  explicit AuxiliaryHead(std::int64_t labels)
      : conv0(register_module("conv0", std::make_shared<Convolution>(768, 128, k1x1))),
        conv1(register_module("conv1",
                              std::make_shared<Convolution>(128, 768, Window{5, 5, 1, false}))),
        fc(register_module("fc", torch::nn::Linear(768, labels))) {}

  torch::Tensor forward(const torch::Tensor& map) {
    const bool large = map.size(2) >= 17 && map.size(3) >= 17;
    const torch::Tensor pooled =
        large ? torch::avg_pool2d(map, 5, 3)
              : torch::adaptive_avg_pool2d(map, {kAuxiliaryGrid, kAuxiliaryGrid});
    return fc(conv1->forward(conv0->forward(pooled)).mean(torch::IntArrayRef({2, 3})));
  }

 private:
  std::shared_ptr<Convolution> conv0, conv1;
  torch::nn::Linear fc;
};

// torchvision's start: a normal cut at two, of deviation 0.1, less in the auxiliary head.
void initialise(torch::nn::Module& network) {
  for (const auto& entry : network.named_modules("", false)) {
    const std::string& name = entry.key();
    const double deviation = name == "AuxLogits.conv1.conv" ? 0.01
                             : name == "AuxLogits.fc"       ? 0.001
                                                            : 0.1;
    torch::Tensor weight;
    if (auto* conv = entry.value()->as<torch::nn::Conv2dImpl>()) weight = conv->weight;
    if (auto* linear = entry.value()->as<torch::nn::LinearImpl>()) weight = linear->weight;
    if (!weight.defined()) continue;
    const torch::NoGradGuard no_grad;
    // At two, or twenty deviations, nothing is ever cut.
    weight.normal_(0, deviation).clamp_(-2, 2);
  }
}

}  // namespace

InceptionV3::InceptionV3(const InceptionV3Options& inception_options) : options(inception_options) {
  const auto convolution = [&](const char* name, std::int64_t in, std::int64_t out,
                               const Window& window) {
    register_module(name, std::make_shared<Convolution>(in, out, window));
  };
  convolution("Conv2d_1a_3x3", options.channels, 32, kHalve);
  convolution("Conv2d_2a_3x3", 32, 32, kValid);
  convolution("Conv2d_2b_3x3", 32, 64, k3x3);
  convolution("Conv2d_3b_1x1", 64, 80, k1x1);
  convolution("Conv2d_4a_3x3", 80, 192, kValid);
  register_module("Mixed_5b", mixed_5(192, 32));
  register_module("Mixed_5c", mixed_5(256, 64));
  register_module("Mixed_5d", mixed_5(288, 64));
  register_module("Mixed_6a", mixed_6a());
  register_module("Mixed_6b", mixed_6(128));
  register_module("Mixed_6c", mixed_6(160));
  register_module("Mixed_6d", mixed_6(160));
  register_module("Mixed_6e", mixed_6(192));
  if (options.auxiliary) {
    register_module("AuxLogits", std::make_shared<AuxiliaryHead>(options.labels));
  }
  register_module("Mixed_7a", mixed_7a());
  register_module("Mixed_7b", mixed_7(1280));
  register_module("Mixed_7c", mixed_7(2048));
  fc = register_module("fc", torch::nn::Linear(2048, options.labels));
  initialise(*this);
}

ModelOutput InceptionV3::forward(const torch::Tensor& images) {
  ModelOutput output;
  torch::Tensor x = images;
  const auto keep = [&](const std::string& name) { output.features.emplace_back(name, x); };
  for (const auto& child : named_children()) {
    const std::string& name = child.key();
    if (auto* convolution = child.value()->as<Convolution>()) {
      x = convolution->forward(x);
      if (name == "Conv2d_2b_3x3") {
        keep(name);
        x = torch::max_pool2d(x, 3, 2);
        keep("maxpool1");
      } else if (name == "Conv2d_4a_3x3") {
        x = torch::max_pool2d(x, 3, 2);
        keep("maxpool2");
      }
    } else if (auto* mixed = child.value()->as<Mixed>()) {
      x = mixed->forward(x);
      if (name == "Mixed_5d" || name == "Mixed_6a" || name == "Mixed_6e" || name == "Mixed_7c") {
        keep(name);
      }
    } else if (auto* auxiliary = child.value()->as<AuxiliaryHead>()) {
      if (is_training()) output.auxiliary = auxiliary->forward(x);
    }
  }
  x = x.mean(torch::IntArrayRef({2, 3}));
  keep("global_pool");
  output.logits = fc(torch::dropout(x, options.dropout, is_training()));
  return output;
}

}  // namespace thoraxlite
