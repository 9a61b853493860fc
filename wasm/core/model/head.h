// What follows the last map of a network: its average, and linear layers.
#pragma once

#include <optional>
#include <vector>

#include "core/model/model.h"

namespace thoraxlite {

struct Head {
  struct Layer {
    int out = 0;
    std::vector<float> weight;  // [out, in]
    std::vector<float> bias;    // [out]
    bool relu = false;
  };
  Shape map;                  // what is averaged
  std::vector<Layer> layers;  // in order; the last one gives the logits
};

// Nothing where the graph does not end in global_average_pool -> linear [-> linear ...], or where
// what is averaged has one position only. size: of the network's input.
std::optional<Head> read_head(const std::vector<Node>& nodes, int size);

}  // namespace thoraxlite
