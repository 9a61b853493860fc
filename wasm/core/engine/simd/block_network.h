// Which networks the simd engine runs: blocks of convolution, ReLU and 2x2 max-pool, a global
// average and linear layers, each node reading the one before.
#pragma once

#include <vector>

#include "core/model/model.h"
#include "core/result.h"

namespace thoraxlite {

struct BlockNetwork {
  // Indices of conv2d nodes, each followed by its max_pool2d. The first has one input channel and a
  // 5x5 kernel of stride 1 or 2 and padding 2, the others 3x3 of stride 1 and padding 1.
  std::vector<std::size_t> convolutions;
  std::vector<std::size_t> linear_layers;
};

// Refuses, with the node, a network of another form, and channels that are no multiple of
// channel_tile.
Result<BlockNetwork> recognise_blocks(const std::vector<Node>& nodes, int channel_tile);

}  // namespace thoraxlite
