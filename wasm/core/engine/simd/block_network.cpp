#include "core/engine/simd/block_network.h"

#include <string>

namespace thoraxlite {
namespace {

bool is_stem(const Node& node) {
  // One input channel: the weight is [out, 1, 5, 5].
  return node.op == Op::conv2d && is_square(node) && node.kernel.height == 5 &&
         node.stride.height <= 2 && node.padding.top == 2 && node.relu &&
         node.weight.size() == static_cast<std::size_t>(node.output.channels) * 25;
}

bool is_3x3(const Node& node) {
  return node.op == Op::conv2d && is_square(node) && node.kernel.height == 3 &&
         node.stride.height == 1 && node.padding.top == 1 && node.relu;
}

bool is_pool(const Node& node) {
  return node.op == Op::max_pool2d && is_square(node) && node.kernel.height == 2 &&
         node.stride.height == 2 && node.padding.top == 0;
}

}  // namespace

Result<BlockNetwork> recognise_blocks(const std::vector<Node>& nodes, int channel_tile) {
  BlockNetwork network;
  std::size_t next = 0;
  // Whether the next node reads the one before and is of this kind.
  const auto next_is = [&](auto is_kind) {
    return next < nodes.size() && nodes[next].inputs.size() == 1 &&
           nodes[next].inputs.front() == static_cast<int>(next) - 1 && is_kind(nodes[next]);
  };
  const auto refuse = [&]() {
    return fail("The simd engine cannot run node \"" +
                nodes[next < nodes.size() ? next : nodes.size() - 1].name +
                "\": it runs a 5x5 convolution of one channel, then 3x3 convolutions, each with "
                "ReLU and a 2x2 max-pool, then a global average and linear layers; or nothing but "
                "conv2d, upsample2d and concat.");
  };

  while (network.convolutions.empty() ? next_is(is_stem) : next_is(is_3x3)) {
    if (nodes[next].output.channels % channel_tile != 0) {
      return fail("The simd engine cannot run node \"" + nodes[next].name + "\" with " +
                  std::to_string(nodes[next].output.channels) +
                  " channels; expected a multiple of " + std::to_string(channel_tile) + ".");
    }
    network.convolutions.push_back(next++);
    if (!next_is(is_pool)) return refuse();
    ++next;
  }
  if (network.convolutions.empty()) return refuse();
  if (!next_is([](const Node& node) { return node.op == Op::global_average_pool; })) {
    return refuse();
  }
  ++next;
  while (next_is([](const Node& node) { return node.op == Op::linear; })) {
    network.linear_layers.push_back(next++);
  }
  if (next != nodes.size() || network.linear_layers.empty()) return refuse();
  return network;
}

}  // namespace thoraxlite
