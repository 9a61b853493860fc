#include "export/folded_network.h"

#include <torch/torch.h>

#include <array>
#include <limits>
#include <stdexcept>
#include <vector>

namespace thoraxlite {
namespace {

using Json = nlohmann::ordered_json;

// A setting that is one number, or one of each side: [down, across] or [top, left, bottom, right].
template <std::size_t N>
std::array<std::int64_t, N> sides_of(const Json& node, const char* key, std::int64_t fallback) {
  std::array<std::int64_t, N> sides;
  sides.fill(fallback);
  if (!node.contains(key)) return sides;
  const Json& given = node.at(key);
  for (std::size_t i = 0; i < N; ++i) {
    sides[i] = given.is_array() ? given.at(i).get<std::int64_t>() : given.get<std::int64_t>();
  }
  return sides;
}

torch::Tensor padded(const torch::Tensor& x, const std::array<std::int64_t, 4>& sides,
                     double value) {
  const auto [top, left, bottom, right] = sides;
  if (top + left + bottom + right == 0) return x;
  return torch::constant_pad_nd(x, {left, right, top, bottom}, value);
}

// What a last window reaches over the end, where windows are counted rounding up: one more, if it
// begins in the map or in the padding before it.
std::int64_t beyond(std::int64_t side, std::int64_t before, std::int64_t after, std::int64_t kernel,
                    std::int64_t stride) {
  const std::int64_t rest = (side + before + after - kernel) % stride;
  if (rest == 0 || side + before + after - kernel + stride - rest >= side + before) return 0;
  return stride - rest;
}

torch::Tensor pooled(const Json& node, const torch::Tensor& x, bool average) {
  const auto kernel = sides_of<2>(node, "kernel", 0), stride = sides_of<2>(node, "stride", 1);
  const auto padding = sides_of<4>(node, "padding", 0);
  std::array<std::int64_t, 4> over = {0, 0, 0, 0};
  if (node.value("ceil", false)) {
    over[2] = beyond(x.size(2), padding[0], padding[2], kernel[0], stride[0]);
    over[3] = beyond(x.size(3), padding[1], padding[3], kernel[1], stride[1]);
  }
  if (!average) {
    constexpr double kLeast = -std::numeric_limits<double>::infinity();
    return torch::max_pool2d(padded(padded(x, padding, kLeast), over, kLeast), kernel, stride);
  }
  const torch::Tensor sums =
      torch::avg_pool2d(padded(padded(x, padding, 0), over, 0), kernel, stride);
  // Each average is over what counts in its window: the map, or the map and its padding.
  const torch::Tensor ones = torch::ones({1, 1, x.size(2), x.size(3)}, x.options());
  const torch::Tensor counted = padded(ones, padding, node.value("count_padding", false) ? 1 : 0);
  return sums / torch::avg_pool2d(padded(counted, over, 0), kernel, stride);
}

torch::Tensor run_node(const FoldedNetwork& network, const Json& node,
                       const std::vector<torch::Tensor>& inputs) {
  const auto op = node.at("op").get<std::string>();
  const torch::Tensor& x = inputs.front();
  const auto tensor = [&](const char* kind) {
    return network.tensors.at(node.at("name").get<std::string>() + kind);
  };
  const auto number = [&](const char* key) { return node.at(key).get<double>(); };
  if (op == "conv2d") {
    constexpr std::array<std::int64_t, 2> kNone = {0, 0}, kDense = {1, 1};
    const auto stride = sides_of<2>(node, "stride", 1);
    return torch::conv2d(padded(x, sides_of<4>(node, "padding", 0), 0), tensor(".weight"),
                         tensor(".bias"), torch::IntArrayRef(stride), torch::IntArrayRef(kNone),
                         torch::IntArrayRef(kDense), node.value("groups", std::int64_t{1}));
  }
  if (op == "scale_shift") {
    return x * tensor(".weight").view({-1, 1, 1}) + tensor(".bias").view({-1, 1, 1});
  }
  if (op == "max_pool2d" || op == "average_pool2d") return pooled(node, x, op == "average_pool2d");
  if (op == "global_average_pool") return x.mean(torch::IntArrayRef({2, 3}), /*keepdim=*/true);
  if (op == "concat") return torch::cat(inputs, 1);
  if (op == "upsample2d") {
    const auto factor = node.at("factor").get<std::int64_t>();
    return x.repeat_interleave(factor, 2).repeat_interleave(factor, 3);
  }
  if (op == "linear") {
    return torch::linear(x.flatten(1), tensor(".weight"), tensor(".bias"))
        .view({x.size(0), -1, 1, 1});
  }
  if (op == "add") return x + inputs.at(1);
  if (op == "mul") return x * inputs.at(1);
  if (op == "sigmoid") return torch::sigmoid(x);
  if (op == "silu") return torch::silu(x);
  if (op == "hard_swish") return torch::hardswish(x);
  if (op == "hard_sigmoid")
    return (x * node.value("alpha", 1.0 / 6) + node.value("beta", 0.5)).clamp(0, 1);
  if (op == "leaky_relu") return torch::leaky_relu(x, number("slope"));
  if (op == "clip") {
    constexpr double kNone = std::numeric_limits<double>::infinity();
    return x.clamp(node.value("low", -kNone), node.value("high", kNone));
  }
  throw std::runtime_error("operator '" + op + "' of the graph is not known");
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
    const auto op = node.at("op").get<std::string>();
    const bool vector = op == "linear" || op == "global_average_pool";
    output.features.emplace_back(last, vector ? map.flatten(1) : map);
  }
  output.logits = output.features.back().second;
  output.features.pop_back();
  return output;
}

}  // namespace thoraxlite
