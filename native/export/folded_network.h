// A network as the model file holds it: the card's graph and its tensors, batch norm folded away.
#pragma once

#include <map>
#include <nlohmann/json.hpp>
#include <string>

#include "models/network.h"

namespace thoraxlite {

struct FoldedNetwork {
  nlohmann::ordered_json graph;                  // the card's array of nodes (wasm/README.md)
  std::map<std::string, torch::Tensor> tensors;  // NODE.weight, NODE.bias; float32 on the CPU
};

// Every tensor rounded to `type` and back to float32.
FoldedNetwork rounded(const FoldedNetwork& network, torch::ScalarType type);

// What the graph gives by LibTorch. images: [B, 1, H, W], normalised. The last node's output is the
// logits, those of the others are the features.
// Throws std::runtime_error for an operator that it does not know.
ModelOutput forward(const FoldedNetwork& network, const torch::Tensor& images);

}  // namespace thoraxlite
