#include <ATen/Parallel.h>
#include <torch/types.h>
#include <torch/version.h>

#include <memory>
#include <stdexcept>

#include "bench/contender.h"

namespace thoraxlite {
namespace {

enum class Layout { contiguous, channels_last, onednn };

struct TorchNode {
  Node node;  // without its weights
  torch::Tensor weight, bias;
};

torch::Tensor tensor_of(const std::vector<float>& values, torch::IntArrayRef shape) {
  return torch::from_blob(const_cast<float*>(values.data()), shape, torch::kFloat32).clone();
}

std::vector<std::int64_t> sides(const Extent& extent) {
  return {extent.height, extent.width};
}

// Of the networks that are benched, which have the same on both ends of a side.
std::vector<std::int64_t> padding_of(const Node& node) {
  return {node.padding.top, node.padding.left};
}

std::vector<TorchNode> nodes_of(const Model& model, Layout layout) {
  std::vector<TorchNode> nodes;
  for (const Node& node : model.nodes) {
    TorchNode made{node, {}, {}};
    made.node.weight = {};
    made.node.bias = {};
    const auto out = static_cast<std::int64_t>(node.bias.size());
    if (!node.bias.empty()) made.bias = tensor_of(node.bias, {out});
    if (node.op == Op::linear) {
      made.weight =
          tensor_of(node.weight, {out, static_cast<std::int64_t>(node.weight.size()) / out});
    }
    if (node.op == Op::conv2d) {
      const std::int64_t area = std::int64_t{node.kernel.height} * node.kernel.width;
      const std::int64_t in = static_cast<std::int64_t>(node.weight.size()) / (out * area);
      made.weight = tensor_of(node.weight, {out, in, node.kernel.height, node.kernel.width});
      if (layout == Layout::channels_last) {
        made.weight = made.weight.contiguous(torch::MemoryFormat::ChannelsLast);
      }
      if (layout == Layout::onednn) {
        made.bias = made.bias.to_mkldnn();
        const std::vector<std::int64_t> padding = padding_of(node), stride = sides(node.stride);
        made.weight = torch::mkldnn_reorder_conv2d_weight(made.weight.to_mkldnn(), padding, stride,
                                                          /*dilation=*/{1, 1}, /*groups=*/1);
      }
    }
    nodes.push_back(std::move(made));
  }
  return nodes;
}

torch::Tensor run_node(const TorchNode& torch_node, torch::Tensor x) {
  const Node& node = torch_node.node;
  switch (node.op) {
    case Op::conv2d:
      x = torch::conv2d(x, torch_node.weight, torch_node.bias, sides(node.stride),
                        padding_of(node));
      break;
    case Op::max_pool2d:
      x = torch::max_pool2d(x, sides(node.kernel), sides(node.stride), padding_of(node));
      break;
    case Op::global_average_pool:
      if (x.is_mkldnn()) x = x.to_dense();
      x = x.mean(torch::IntArrayRef({2, 3}));
      break;
    case Op::linear:
      x = torch::linear(x, torch_node.weight, torch_node.bias);
      break;
    default:
      throw std::runtime_error("node '" + node.name + "' has no LibTorch here");
  }
  return node.relu ? x.relu_() : x;
}

Contender contender(const char* name, const Model& model, const std::vector<float>& input,
                    Layout layout) {
  const auto nodes = std::make_shared<std::vector<TorchNode>>(nodes_of(model, layout));
  const std::int64_t size = model.card.input.size;
  const torch::Tensor image = tensor_of(input, {1, 1, size, size});
  return {name, [nodes, image, layout] {
            const torch::InferenceMode inference;
            torch::Tensor x = image;
            if (layout == Layout::channels_last) {
              x = x.contiguous(torch::MemoryFormat::ChannelsLast);
            }
            if (layout == Layout::onednn) x = x.to_mkldnn();
            for (const TorchNode& node : *nodes) x = run_node(node, x);
            const float* logits = x.data_ptr<float>();
            return std::vector<float>(logits, logits + x.numel());
          }};
}

}  // namespace

std::vector<Contender> torch_contenders(const Model& model, const std::vector<float>& input,
                                        int threads) {
  at::set_num_threads(threads);
  return {contender("LibTorch, contiguous", model, input, Layout::contiguous),
          contender("LibTorch, channels last", model, input, Layout::channels_last),
          contender("LibTorch, oneDNN layout", model, input, Layout::onednn)};
}

const char* torch_version() {
  return TORCH_VERSION;
}

}  // namespace thoraxlite
