#include "import/torch_networks.h"

#include <torch/torch.h>

#include <algorithm>
#include <array>
#include <optional>
#include <set>
#include <stdexcept>
#include <vector>

#include "models/weight_names.h"

namespace thoraxlite {
namespace {

constexpr double kNormEpsilon = 1e-5;
// Of MobileNetV3, and of EfficientNet-B5 to B7 (torchvision/models/efficientnet.py).
constexpr double kLargeNormEpsilon = 1e-3;
constexpr std::size_t kBlocksOfB5 = 5 + 5 + 5 + 3 + 3 + 5 + 5;  // more in none of B0 to B4
constexpr std::int64_t kChannelsOfB5 = 48;                      // of its first convolution

// Known to come beside a network's tensors and to be none of them.
constexpr std::array kExtras = {"op_threshs"};

// Builds a network and takes the tensors that it needs; what is left belongs to no layer.
class TorchBuilder {
 public:
  TorchBuilder(TensorsByName tensors, int channels, int size)
      : tensors_(std::move(tensors)), layers_(channels, size) {}

  bool has(const std::string& name) const { return tensors_.count(name) > 0; }

  torch::Tensor take(const std::string& name, std::int64_t dimensions) {
    const auto found = tensors_.find(name);
    if (found == tensors_.end()) {
      throw std::runtime_error("the tensor \"" + name + "\" is missing");
    }
    torch::Tensor tensor = found->second;
    if (tensor.dim() != dimensions || !tensor.is_floating_point()) {
      throw std::runtime_error("the tensor \"" + name + "\" has " + std::to_string(tensor.dim()) +
                               " dimensions of " + torch::toString(tensor.scalar_type()) +
                               "; expected " + std::to_string(dimensions) + " of floats");
    }
    tensors_.erase(found);
    return tensor;
  }

  std::string conv(const std::string& name, const std::string& input, std::int64_t stride) {
    const torch::Tensor weight = take(name + ".weight", 4);
    const torch::Tensor bias = has(name + ".bias") ? take(name + ".bias", 1) : torch::Tensor();
    const std::int64_t in = layers_.shape(input).channels;
    const std::int64_t groups = weight.size(1) > 0 ? in / weight.size(1) : 0;
    const ImportedWindow window{
        {},
        {stride, stride},
        {weight.size(2) / 2, weight.size(3) / 2, weight.size(2) / 2, weight.size(3) / 2}};
    return layers_.conv2d(name, input, weight, bias, window, groups);
  }

  std::string norm(const std::string& name, const std::string& input) {
    const torch::Tensor weight = take(name + ".weight", 1), bias = take(name + ".bias", 1);
    const torch::Tensor mean = take(name + ".running_mean", 1);
    const torch::Tensor variance = take(name + ".running_var", 1);
    tensors_.erase(name + ".num_batches_tracked");
    return layers_.batch_norm(name, input, weight, bias, mean, variance, epsilon);
  }

  std::string act(const std::string& after, const char* op) {
    nlohmann::ordered_json settings = nlohmann::ordered_json::object();
    if (std::string(op) == "hard_sigmoid") settings = {{"alpha", 1.0 / 6}, {"beta", 0.5}};
    if (std::string(op) == "clip") settings = {{"low", 0.0}, {"high", 6.0}};
    return layers_.activation(after + "." + op, op, after, settings);
  }

  // The names of both stand behind `name`: NAME.0 and NAME.1, unless other ones are given.
  std::string conv_norm(const std::string& name, const std::string& input, std::int64_t stride,
                        const char* conv_suffix = ".0", const char* norm_suffix = ".1") {
    return norm(name + norm_suffix, conv(name + conv_suffix, input, stride));
  }

  std::string linear(const std::string& name, const std::string& input) {
    const torch::Tensor weight = take(name + ".weight", 2);
    return layers_.linear(name, input, weight, take(name + ".bias", 1));
  }

  std::string max_pool(const std::string& input) {
    return layers_.pool("pool0", "max_pool2d", input, ImportedWindow::square(3, 2, 1));
  }

  std::string global_pool(const std::string& input) {
    return layers_.global_average_pool("global_pool", input);
  }

  // x * act(fc2(act(fc1(average of x))))
  std::string squeeze(const std::string& name, const std::string& input, const char* inner,
                      const char* outer) {
    const std::string average = layers_.global_average_pool(name + ".average", input);
    const std::string narrow = act(conv(name + ".fc1", average, 1), inner);
    const std::string gate = act(conv(name + ".fc2", narrow, 1), outer);
    return layers_.mul(name, input, gate);
  }

  LayerBuilder& layers() { return layers_; }
  const TensorsByName& rest() const { return tensors_; }

  double epsilon = kNormEpsilon;  // of the norms

 private:
  TensorsByName tensors_;
  LayerBuilder layers_;
};

std::string densenet(TorchBuilder& build) {
  const std::string stem = build.conv("features.conv0", kNetworkInput, 2);
  std::string x = build.max_pool(build.act(build.norm("features.norm0", stem), "relu"));
  for (int block = 1;; ++block) {
    const std::string in_block = "features.denseblock" + std::to_string(block) + ".denselayer";
    for (int number = 1; build.has(in_block + std::to_string(number) + ".conv1.weight"); ++number) {
      const std::string layer = in_block + std::to_string(number);
      std::string y = build.act(build.norm(layer + ".norm1", x), "relu");
      y = build.conv(layer + ".conv1", y, 1);
      y = build.act(build.norm(layer + ".norm2", y), "relu");
      y = build.conv(layer + ".conv2", y, 1);
      x = build.layers().concat(layer + ".concat", {x, y});
    }
    const std::string transition = "features.transition" + std::to_string(block);
    if (!build.has(transition + ".conv.weight")) break;
    x = build.act(build.norm(transition + ".norm", x), "relu");
    x = build.conv(transition + ".conv", x, 1);
    x = build.layers().pool(transition + ".pool", "average_pool2d", x,
                            ImportedWindow::square(2, 2, 0));
  }
  x = build.act(build.norm("features.norm5", x), "relu");
  return build.linear("classifier", build.global_pool(x));
}

std::string resnet(TorchBuilder& build) {
  std::string x = build.act(build.norm("bn1", build.conv("conv1", kNetworkInput, 2)), "relu");
  x = build.max_pool(x);
  for (int stage = 1; stage <= 4; ++stage) {
    for (int number = 0;; ++number) {
      const std::string block = "layer" + std::to_string(stage) + "." + std::to_string(number);
      if (!build.has(block + ".conv1.weight")) break;
      const std::int64_t stride = number == 0 && stage > 1 ? 2 : 1;
      const bool bottleneck = build.has(block + ".conv3.weight");
      const auto part = [&](const char* digit, const std::string& input, std::int64_t by) {
        return build.norm(block + ".bn" + digit, build.conv(block + ".conv" + digit, input, by));
      };
      std::string y = build.act(part("1", x, bottleneck ? 1 : stride), "relu");
      y = part("2", y, bottleneck ? stride : 1);
      if (bottleneck) y = part("3", build.act(y, "relu"), 1);
      if (build.has(block + ".downsample.0.weight")) {
        x = build.conv_norm(block + ".downsample", x, stride);
      }
      x = build.act(build.layers().add(block + ".add", y, x), "relu");
    }
  }
  return build.linear("fc", build.global_pool(x));
}

// Expanded, depthwise, projected, and added to what came in where the shape stays.
std::string residual(TorchBuilder& build, const std::string& name, const std::string& before,
                     const std::string& after) {
  const Shape a = build.layers().shape(before), b = build.layers().shape(after);
  if (a.channels != b.channels || a.height != b.height) return after;
  return build.layers().add(name + ".add", after, before);
}

// torchvision/models/mobilenetv2.py
std::string mobilenet_v2(TorchBuilder& build) {
  constexpr std::array kBlocks = {1, 2, 3, 4, 3, 3, 1};
  constexpr std::array kStrides = {1, 2, 2, 2, 1, 2, 1};
  std::string x = build.act(build.conv_norm("features.0", kNetworkInput, 2), "clip");
  int number = 1;
  for (std::size_t stage = 0; stage < kBlocks.size(); ++stage) {
    for (int i = 0; i < kBlocks[stage]; ++i, ++number) {
      const std::string block = "features." + std::to_string(number) + ".conv";
      const std::int64_t stride = i == 0 ? kStrides[stage] : 1;
      const bool expands = build.has(block + ".2.weight") && build.has(block + ".3.weight");
      std::string y = x;
      if (expands) y = build.act(build.conv_norm(block + ".0", y, 1), "clip");
      y = build.act(build.conv_norm(block + (expands ? ".1" : ".0"), y, stride), "clip");
      y = expands ? build.conv_norm(block, y, 1, ".2", ".3")
                  : build.conv_norm(block, y, 1, ".1", ".2");
      // A block of another stride has no shortcut, even if its map were of one position.
      x = stride == 1 ? residual(build, block, x, y) : y;
    }
  }
  x = build.act(build.conv_norm("features." + std::to_string(number), x, 1), "clip");
  return build.linear("classifier.1", build.global_pool(x));
}

struct V3Block {
  const char* act;
  int stride;
};

// torchvision/models/mobilenetv3.py
const std::vector<V3Block>& v3_blocks(bool small) {
  static const std::vector<V3Block> large_blocks = {
      {"relu", 1},       {"relu", 2},       {"relu", 1},       {"relu", 2},
      {"relu", 1},       {"relu", 1},       {"hard_swish", 2}, {"hard_swish", 1},
      {"hard_swish", 1}, {"hard_swish", 1}, {"hard_swish", 1}, {"hard_swish", 1},
      {"hard_swish", 2}, {"hard_swish", 1}, {"hard_swish", 1}};
  static const std::vector<V3Block> small_blocks = {
      {"relu", 2},       {"relu", 2},       {"relu", 1},       {"hard_swish", 2},
      {"hard_swish", 1}, {"hard_swish", 1}, {"hard_swish", 1}, {"hard_swish", 1},
      {"hard_swish", 2}, {"hard_swish", 1}, {"hard_swish", 1}};
  return small ? small_blocks : large_blocks;
}

std::string mobilenet_v3(TorchBuilder& build) {
  build.epsilon = kLargeNormEpsilon;
  const bool small = build.has("features.12.0.weight") && !build.has("features.16.0.weight");
  std::string x = build.act(build.conv_norm("features.0", kNetworkInput, 2), "hard_swish");
  int number = 1;
  for (const auto& [act, stride] : v3_blocks(small)) {
    const std::string block = "features." + std::to_string(number++) + ".block.";
    // Depthwise is the first convolution of one channel a group.
    int part = 0;
    std::string y = x;
    const auto next = [&](std::int64_t by) {
      return build.conv_norm(block + std::to_string(part++), y, by);
    };
    const auto& rest = build.rest();
    const auto first = rest.find(block + "0.0.weight");
    if (first == rest.end())
      throw std::runtime_error("the tensor \"" + block + "0.0.weight\" is missing");
    if (first->second.dim() == 4 && first->second.size(1) > 1) y = build.act(next(1), act);
    y = build.act(next(stride), act);
    if (build.has(block + std::to_string(part) + ".fc1.weight")) {
      y = build.squeeze(block + std::to_string(part++), y, "relu", "hard_sigmoid");
    }
    y = next(1);
    x = stride == 1 ? residual(build, block + "out", x, y) : y;
  }
  x = build.act(build.conv_norm("features." + std::to_string(number), x, 1), "hard_swish");
  x = build.act(build.linear("classifier.0", build.global_pool(x)), "hard_swish");
  return build.linear("classifier.3", x);
}

// torchvision/models/efficientnet.py
std::string efficientnet(TorchBuilder& build) {
  constexpr std::array kStrides = {1, 2, 2, 2, 1, 2, 1};
  std::size_t blocks = 0;
  for (const auto& [name, tensor] : build.rest()) blocks += ends_with(name, ".fc1.weight") ? 1 : 0;
  const auto stem = build.rest().find("features.0.0.weight");
  const bool large =
      blocks >= kBlocksOfB5 && stem != build.rest().end() && stem->second.size(0) >= kChannelsOfB5;
  if (large) build.epsilon = kLargeNormEpsilon;
  std::string x = build.act(build.conv_norm("features.0", kNetworkInput, 2), "silu");
  for (std::size_t stage = 0; stage < kStrides.size(); ++stage) {
    const std::string in_stage = "features." + std::to_string(stage + 1) + ".";
    for (int number = 0; build.has(in_stage + std::to_string(number) + ".block.0.0.weight");
         ++number) {
      const std::string block = in_stage + std::to_string(number) + ".block.";
      const std::int64_t stride = number == 0 ? kStrides[stage] : 1;
      const bool expands = build.has(block + "3.0.weight");
      std::string y = x;
      if (expands) y = build.act(build.conv_norm(block + "0", y, 1), "silu");
      y = build.act(build.conv_norm(block + (expands ? "1" : "0"), y, stride), "silu");
      y = build.squeeze(block + (expands ? "2" : "1"), y, "silu", "sigmoid");
      y = build.conv_norm(block + (expands ? "3" : "2"), y, 1);
      x = stride == 1 ? residual(build, block + "out", x, y) : y;
    }
  }
  x = build.act(build.conv_norm("features.8", x, 1), "silu");
  return build.linear("classifier.1", build.global_pool(x));
}

struct Architecture {
  const char* name;
  std::string (*build)(TorchBuilder&);
  std::vector<std::string> marks;  // tensors that only it has all of
  const char* head;
};

const std::vector<Architecture>& architectures() {
  static const std::vector<Architecture> known = {
      {"DenseNet",
       densenet,
       {"features.conv0.weight", "features.denseblock1.denselayer1.conv1.weight"},
       "classifier"},
      {"ResNet", resnet, {"conv1.weight", "layer1.0.conv1.weight", "layer4.0.conv1.weight"}, "fc"},
      {"EfficientNet",
       efficientnet,
       {"features.0.0.weight", "features.1.0.block.1.fc1.weight"},
       "classifier.1"},
      {"MobileNetV2",
       mobilenet_v2,
       {"features.0.0.weight", "features.1.conv.0.0.weight"},
       "classifier.1"},
      {"MobileNetV3",
       mobilenet_v3,
       {"features.0.0.weight", "features.1.block.0.0.weight"},
       "classifier.3"}};
  return known;
}

bool found_in(const TensorsByName& tensors, const std::string& name) {
  return std::any_of(tensors.begin(), tensors.end(), [&](const auto& item) {
    return item.first == name || ends_with(item.first, "." + name);
  });
}

const Architecture* architecture_of(const TensorsByName& tensors) {
  for (const Architecture& known : architectures()) {
    if (std::all_of(known.marks.begin(), known.marks.end(),
                    [&](const std::string& name) { return found_in(tensors, name); })) {
      return &known;
    }
  }
  return nullptr;
}

std::string names_known() {
  std::string names;
  const auto& known = architectures();
  for (std::size_t i = 0; i < known.size(); ++i) {
    names += (i == 0 ? "" : i + 1 == known.size() ? " or " : ", ") + std::string(known[i].name);
  }
  return names;
}

// By the names of torchvision's own networks.
const Architecture& rename(TensorsByName& tensors, const std::string& source) {
  rename_dense_layers(tensors);
  rename_efficientnet(tensors);
  const Architecture* known = architecture_of(tensors);
  if (!known) {
    throw std::runtime_error("its tensors (" + some_of(tensors) +
                             ") are of no network that is known by its names; expected "
                             "torchvision's " +
                             names_known() + ", or the network as ONNX, which says its layers");
  }
  tensors = without_prefix(std::move(tensors), known->marks, source);
  if (std::string(known->head) != "classifier.3") {
    rename_head(tensors, {std::string(known->head) + ".weight"});
  }
  for (const char* extra : kExtras) tensors.erase(extra);
  return *known;
}

}  // namespace

TorchNetwork read_torch_network(TensorsByName tensors, int size, const std::string& source) {
  const Architecture& known = rename(tensors, source);
  const torch::Tensor first = tensors.at(known.marks.front());
  if (first.dim() != 4 || first.size(1) < 1 || first.size(1) > 64) {
    throw std::runtime_error("the tensor \"" + known.marks.front() +
                             "\" is no convolution's weight");
  }
  TorchBuilder build(std::move(tensors), static_cast<int>(first.size(1)), size);
  const std::string output = known.build(build);
  if (!build.rest().empty()) {
    throw std::runtime_error(
        "the tensor \"" + build.rest().begin()->first + "\"" +
        (build.rest().size() == 1
             ? " is"
             : " and " + std::to_string(build.rest().size() - 1) + " others are") +
        " none of a " + known.name + "'s as torchvision builds it");
  }
  return {known.name, build.layers().finish(output)};
}

}  // namespace thoraxlite
