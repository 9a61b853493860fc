#include "export/folded_network.h"

#include <torch/torch.h>

#include <limits>
#include <stdexcept>
#include <vector>

namespace thoraxlite {
namespace {

using Json = nlohmann::ordered_json;

// One number stands for all of them.
std::vector<std::int64_t> numbers(const Json& node, const char* key, std::size_t count,
                                  std::int64_t fallback) {
  if (!node.contains(key)) return std::vector<std::int64_t>(count, fallback);
  const Json& value = node.at(key);
  if (value.is_array()) return value.get<std::vector<std::int64_t>>();
  return std::vector<std::int64_t>(count, value.get<std::int64_t>());
}

// Of an average over a map and of a linear layer, [N, C], the map of one position.
torch::Tensor as_map(const torch::Tensor& x) {
  return x.dim() == 2 ? x.unsqueeze(2).unsqueeze(3) : x;
}

// padding: top, left, bottom, right.
torch::Tensor padded(const torch::Tensor& x, const std::vector<std::int64_t>& padding,
                     double value) {
  if (padding == std::vector<std::int64_t>(4, 0)) return x;
  return torch::constant_pad_nd(x, {padding[1], padding[3], padding[0], padding[2]}, value);
}

// LibTorch's own where it has it: as much padding on both ends of a side, at most half the kernel.
torch::Tensor pooled(const Json& node, const torch::Tensor& x) {
  const auto kernel = numbers(node, "kernel", 2, 1);
  const auto stride = numbers(node, "stride", 2, 1);
  const auto padding = numbers(node, "padding", 4, 0);
  const bool ceil = node.value("ceil", false);
  const bool counts = node.value("count_padding", false);
  const bool is_max = node.at("op") == "max_pool2d";
  if (padding[0] == padding[2] && padding[1] == padding[3] && padding[0] <= kernel[0] / 2 &&
      padding[1] <= kernel[1] / 2) {
    const std::vector<std::int64_t> sides{padding[0], padding[1]};
    return is_max ? torch::max_pool2d(x, kernel, stride, sides, 1, ceil)
                  : torch::avg_pool2d(x, kernel, stride, sides, ceil, counts);
  }
  if (ceil) {
    throw std::runtime_error("node '" + node.at("name").get<std::string>() +
                             "' has a padding and a rest that LibTorch does not have together");
  }
  if (is_max) {
    const double nothing = -std::numeric_limits<double>::infinity();
    return torch::max_pool2d(padded(x, padding, nothing), kernel, stride);
  }
  const torch::Tensor mean = torch::avg_pool2d(padded(x, padding, 0), kernel, stride);
  if (counts) return mean;
  return mean / torch::avg_pool2d(padded(torch::ones_like(x), padding, 0), kernel, stride);
}

torch::Tensor unary(const Json& node, const torch::Tensor& x) {
  const auto op = node.at("op").get<std::string>();
  if (op == "sigmoid") return torch::sigmoid(x);
  if (op == "silu") return torch::silu(x);
  if (op == "hard_swish") return torch::hardswish(x);
  if (op == "hard_sigmoid") {
    return torch::clamp(x * node.value("alpha", 1 / 6.0) + node.value("beta", 0.5), 0, 1);
  }
  if (op == "leaky_relu") return torch::leaky_relu(x, node.at("slope").get<double>());
  if (op == "clip") {
    const double endless = std::numeric_limits<double>::infinity();
    return torch::clamp(x, node.value("low", -endless), node.value("high", endless));
  }
  throw std::runtime_error("operator '" + op + "' of the graph is not known");
}

torch::Tensor run_node(const FoldedNetwork& network, const Json& node,
                       const std::vector<torch::Tensor>& inputs) {
  const auto op = node.at("op").get<std::string>();
  const torch::Tensor x = op == "linear" ? inputs.front().flatten(1) : as_map(inputs.front());
  const auto tensor = [&](const char* kind) {
    return network.tensors.at(node.at("name").get<std::string>() + kind);
  };
  const auto integer = [&](const char* key) { return node.at(key).get<std::int64_t>(); };
  const auto stride = numbers(node, "stride", 2, 1);
  const auto padding = numbers(node, "padding", 4, 0);
  if (op == "conv2d") {
    const std::vector<std::int64_t> none{0, 0}, each{1, 1};
    return torch::conv2d(padded(x, padding, 0), tensor(".weight"), tensor(".bias"), stride, none,
                         each, node.value("groups", std::int64_t{1}));
  }
  if (op == "scale_shift") {
    return x * tensor(".weight").view({-1, 1, 1}) + tensor(".bias").view({-1, 1, 1});
  }
  if (op == "max_pool2d" || op == "average_pool2d") return pooled(node, x);
  if (op == "global_average_pool") return x.mean(torch::IntArrayRef({2, 3}));
  if (op == "concat") {
    std::vector<torch::Tensor> joined;
    for (const torch::Tensor& input : inputs) joined.push_back(as_map(input));
    return torch::cat(joined, 1);
  }
  if (op == "upsample2d") {
    return x.repeat_interleave(integer("factor"), 2).repeat_interleave(integer("factor"), 3);
  }
  if (op == "linear") return torch::linear(x, tensor(".weight"), tensor(".bias"));
  if (op == "add" || op == "mul") {
    const torch::Tensor y = as_map(inputs.back());
    return op == "add" ? x + y : x * y;
  }
  return unary(node, x);
}

}  // namespace

FoldedNetwork rounded(const FoldedNetwork& network, torch::ScalarType type) {
  FoldedNetwork result{network.graph, {}};
  for (const auto& [name, tensor] : network.tensors) {
    result.tensors[name] = tensor.to(type).to(torch::kFloat32);
  }
  return result;
}

ModelOutput forward(const FoldedNetwork& network, const torch::Tensor& images) {
  const torch::NoGradGuard no_grad;
  ModelOutput output;
  std::map<std::string, torch::Tensor> maps{{"input", images}};
  std::string last = "input";
  for (const Json& node : network.graph) {
    std::vector<std::string> names{node.value("input", last)};
    if (node.contains("inputs")) names = node.at("inputs").get<std::vector<std::string>>();
    std::vector<torch::Tensor> inputs;
    for (const std::string& name : names) inputs.push_back(maps.at(name));

    torch::Tensor map = run_node(network, node, inputs);
    if (node.value("relu", false)) map = torch::relu(map);
    last = node.at("name").get<std::string>();
    maps[last] = map;
    output.features.emplace_back(last, map);
  }
  output.logits = output.features.back().second;
  if (output.logits.dim() == 4 && output.logits.size(2) * output.logits.size(3) == 1) {
    output.logits = output.logits.flatten(1);
  }
  output.features.pop_back();
  return output;
}

}  // namespace thoraxlite
