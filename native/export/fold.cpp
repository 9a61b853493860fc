#include "export/fold.h"

#include <torch/torch.h>

#include <stdexcept>
#include <string>

#include "models/densenet.h"
#include "models/student.h"

namespace thoraxlite {
namespace {

using Json = nlohmann::ordered_json;

torch::Tensor exact(const torch::Tensor& tensor) {
  return tensor.detach().cpu().to(torch::kDouble);
}

torch::Tensor single(const torch::Tensor& tensor) {
  return tensor.detach().cpu().to(torch::kFloat32).contiguous();
}

struct ScaleShift {
  torch::Tensor scale, shift;  // double [channels]
};

ScaleShift scale_shift_of(const torch::nn::BatchNorm2dImpl& norm) {
  const torch::Tensor scale =
      exact(norm.weight) / (exact(norm.running_var) + norm.options.eps()).sqrt();
  return {scale, exact(norm.bias) - exact(norm.running_mean) * scale};
}

// Windows are square in all our networks, and paddings keep a map's size at stride 1.
Json window(const torch::nn::Conv2dImpl& conv) {
  return {{"stride", conv.options.stride()->at(0)}, {"padding", conv.weight.size(2) / 2}};
}

// Appends nodes, each with its tensors, in order of execution. A node reads the one before unless
// the caller adds an "input".
class Folding {
 public:
  Json& append(const std::string& name, const char* op, const Json& settings = Json::object()) {
    Json node = {{"name", name}, {"op", op}};
    node.update(settings);
    network_.graph.push_back(std::move(node));
    return network_.graph.back();
  }

  // conv -> norm -> ReLU
  void append_normed(const std::string& name, const torch::nn::Conv2dImpl& conv,
                     const torch::nn::BatchNorm2dImpl& norm) {
    const ScaleShift folded = scale_shift_of(norm);
    append(name, "conv2d", window(conv))["relu"] = true;
    keep(name, exact(conv.weight) * folded.scale.view({-1, 1, 1, 1}), folded.shift);
  }

  void append_biased(const std::string& name, const torch::nn::Conv2dImpl& conv) {
    append(name, "conv2d", window(conv));
    keep(name, conv.weight, conv.bias);
  }

  void append_plain(const std::string& name, const torch::nn::Conv2dImpl& conv) {
    append(name, "conv2d", window(conv));
    keep(name, conv.weight, torch::zeros({conv.options.out_channels()}));
  }

  // norm -> ReLU, with no convolution before it
  Json& append_norm(const std::string& name, const torch::nn::BatchNorm2dImpl& norm) {
    const ScaleShift folded = scale_shift_of(norm);
    keep(name, folded.scale, folded.shift);
    return append(name, "scale_shift", {{"relu", true}});
  }

  void append_linear(const std::string& name, const torch::nn::LinearImpl& linear,
                     const Json& settings = Json::object()) {
    append(name, "linear", settings);
    keep(name, linear.weight, linear.bias);
  }

  FoldedNetwork take() { return std::move(network_); }

 private:
  void keep(const std::string& name, const torch::Tensor& weight, const torch::Tensor& bias) {
    network_.tensors[name + ".weight"] = single(weight);
    network_.tensors[name + ".bias"] = single(bias);
  }

  FoldedNetwork network_{Json::array(), {}};
};

FoldedNetwork fold_student(const Student& student) {
  Folding folding;
  const auto block = [&](const std::string& number, const torch::nn::Conv2d& conv,
                         const torch::nn::BatchNorm2d& norm) {
    folding.append_normed("conv" + number, *conv, *norm);
    folding.append("pool" + number, "max_pool2d", {{"kernel", 2}, {"stride", 2}});
  };
  block("1", student.conv1, student.norm1);
  block("2", student.conv2, student.norm2);
  block("3", student.conv3, student.norm3);
  folding.append("global_pool", "global_average_pool");
  folding.append_linear("fc1", *student.fc1, {{"relu", true}});
  folding.append_linear("fc2", *student.fc2);
  return folding.take();
}

FoldedNetwork fold_densenet(const DenseNet& network) {
  const auto modules = network.named_modules("", /*include_self=*/false);
  const auto conv = [&](const std::string& name) -> const torch::nn::Conv2dImpl& {
    return *modules[name]->as<torch::nn::Conv2d>();
  };
  const auto norm = [&](const std::string& name) -> const torch::nn::BatchNorm2dImpl& {
    return *modules[name]->as<torch::nn::BatchNorm2d>();
  };

  Folding folding;
  folding.append_normed("features.conv0", conv("features.conv0"), norm("features.norm0"));
  folding.append("features.pool0", "max_pool2d", {{"kernel", 3}, {"stride", 2}, {"padding", 1}});
  std::string so_far = "features.pool0";  // the block's input, then its input and what it has added
  for (int block = 1; modules.contains("features.denseblock" + std::to_string(block)); ++block) {
    const std::string in_block = "features.denseblock" + std::to_string(block) + ".denselayer";
    for (int number = 1; modules.contains(in_block + std::to_string(number)); ++number) {
      const std::string layer = in_block + std::to_string(number);
      folding.append_norm(layer + ".norm1", norm(layer + ".norm1"))["input"] = so_far;
      folding.append_normed(layer + ".conv1", conv(layer + ".conv1"), norm(layer + ".norm2"));
      folding.append_plain(layer + ".conv2", conv(layer + ".conv2"));
      folding.append(layer + ".concat", "concat", {{"inputs", {so_far, layer + ".conv2"}}});
      so_far = layer + ".concat";
    }
    const std::string transition = "features.transition" + std::to_string(block);
    if (!modules.contains(transition)) continue;
    folding.append_norm(transition + ".norm", norm(transition + ".norm"));
    // Averages and a convolution of one pixel may change places; pooled first, it has a quarter of
    // the work.
    folding.append(transition + ".pool", "average_pool2d", {{"kernel", 2}, {"stride", 2}});
    folding.append_plain(transition + ".conv", conv(transition + ".conv"));
    so_far = transition + ".conv";
  }
  folding.append_norm("features.norm5", norm("features.norm5"));
  folding.append("global_pool", "global_average_pool");
  folding.append_linear("classifier", *modules["classifier"]->as<torch::nn::Linear>());
  return folding.take();
}

}  // namespace

bool can_fold(const Network& network) {
  return dynamic_cast<const Student*>(&network) != nullptr ||
         dynamic_cast<const DenseNet*>(&network) != nullptr;
}

FoldedNetwork fold(const LungNetwork& network) {
  Folding folding;
  std::vector<std::string> maps;
  const auto append = [&](const LungNetwork::Block& block) {
    folding.append_normed(block.name, *block.conv, *block.norm);
    return block.name;
  };
  for (const auto& block : network.down) maps.push_back(append(block));
  for (const auto& block : network.deep) append(block);
  for (std::size_t i = 0; i < network.up.size(); ++i) {
    const std::string& name = network.up[i].name;
    folding.append(name + ".upsampled", "upsample2d", {{"factor", 2}});
    folding.append(name + ".joined", "concat",
                   {{"inputs", {maps[maps.size() - 2 - i], name + ".upsampled"}}});
    append(network.up[i]);
  }
  folding.append_biased("lungs", *network.lungs);
  return folding.take();
}

FoldedNetwork fold(const Network& network) {
  if (const auto* student = dynamic_cast<const Student*>(&network)) return fold_student(*student);
  const auto* densenet = dynamic_cast<const DenseNet*>(&network);
  if (densenet == nullptr) {
    throw std::runtime_error("the network cannot be exported; expected a student or a DenseNet");
  }
  if (densenet->options.channels != 1) {
    throw std::runtime_error("the network reads " + std::to_string(densenet->options.channels) +
                             " channels; expected 1, since model files take grey films");
  }
  return fold_densenet(*densenet);
}

}  // namespace thoraxlite
