#include "export/folded_network.h"

#include <torch/torch.h>

#include <stdexcept>
#include <vector>

namespace thoraxlite {
namespace {

using Json = nlohmann::ordered_json;

torch::Tensor run_node(const FoldedNetwork& network, const Json& node,
                       const std::vector<torch::Tensor>& inputs) {
  const auto op = node.at("op").get<std::string>();
  const torch::Tensor& x = inputs.front();
  const auto tensor = [&](const char* kind) {
    return network.tensors.at(node.at("name").get<std::string>() + kind);
  };
  const auto integer = [&](const char* key) { return node.at(key).get<std::int64_t>(); };
  const auto stride = node.value("stride", std::int64_t{1});
  const auto padding = node.value("padding", std::int64_t{0});
  if (op == "conv2d") {
    return torch::conv2d(x, tensor(".weight"), tensor(".bias"), stride, padding);
  }
  if (op == "scale_shift") {
    return x * tensor(".weight").view({-1, 1, 1}) + tensor(".bias").view({-1, 1, 1});
  }
  if (op == "max_pool2d") return torch::max_pool2d(x, integer("kernel"), stride, padding);
  if (op == "average_pool2d") return torch::avg_pool2d(x, integer("kernel"), stride);
  if (op == "global_average_pool") return x.mean(torch::IntArrayRef({2, 3}));
  if (op == "concat") return torch::cat(inputs, 1);
  if (op == "upsample2d") {
    return x.repeat_interleave(integer("factor"), 2).repeat_interleave(integer("factor"), 3);
  }
  if (op == "linear") return torch::linear(x, tensor(".weight"), tensor(".bias"));
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
    output.features.emplace_back(last, map);
  }
  output.logits = output.features.back().second;
  output.features.pop_back();
  return output;
}

}  // namespace thoraxlite
