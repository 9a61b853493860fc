// The parts of an ONNX graph that can be worked out before it runs: constants of constants, with
// which exporters compute shapes, and dims that are written in another way.
#pragma once

#include <cstdint>
#include <vector>

#include "import/onnx_file.h"

namespace thoraxlite {

inline constexpr std::uintmax_t kMaxExternalBytes = std::uintmax_t{4} << 30;  // of all files

// What a node gives whose operands are all constants; null where an optional one is left out.
// Throws std::runtime_error naming the node for an operator that is not among those which exporters
// use for it, and for operands that do not fit.
OnnxTensor fold_onnx_constants(const OnnxNode& node,
                               const std::vector<const OnnxTensor*>& operands);

// The dims that Reshape, Flatten, Squeeze, Unsqueeze, Transpose and Expand, and what changes none
// (Identity, Dropout, Cast), make of a map's. rest: the node's other operands. Throws
// std::runtime_error naming the node where the order of the values would change, or their number.
std::vector<std::int64_t> reshaped_dims(const OnnxNode& node, const std::vector<std::int64_t>& dims,
                                        const std::vector<const OnnxTensor*>& rest);

}  // namespace thoraxlite
