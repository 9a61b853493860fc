// The network that a model card describes, with its weights.
#pragma once

#include <map>
#include <string>
#include <vector>

#include "core/json/json.h"
#include "core/model/model.h"

namespace thoraxlite {

// What a network may ask for at most. A file of a few bytes could otherwise ask for all memory, or
// for days. EfficientNet-B7 at 600x600 is 37 G multiply-adds.
inline constexpr int kMaxInputSide = 1024;  // pixels
inline constexpr std::size_t kMaxNodes = 4096;
inline constexpr std::size_t kMaxInputs = 64;                      // of one node
inline constexpr std::int64_t kMaxNodeValues = 16'000'000;         // of one node's output
inline constexpr std::int64_t kMaxNetworkValues = 128'000'000;     // of all nodes' outputs
inline constexpr std::int64_t kMaxWindowPositions = 64'000'000;    // engines keep an address each
inline constexpr std::int64_t kMaxMultiplyAdds = 100'000'000'000;  // of one run; pools' reads too

// graph: the card's array of nodes. input: the shape of what the network reads, each length from 1
// to kMaxInputSide. tensors: the file's; those that the nodes take are removed, so
// that whatever is left belongs to nobody. prefix: what a node's name gets in front, and with it
// the names of its tensors, so that a file can hold a second graph.
Result<std::vector<Node>> read_graph(const Json& graph, const Shape& input,
                                     std::map<std::string, TensorView>& tensors,
                                     const std::string& prefix = "");

}  // namespace thoraxlite
