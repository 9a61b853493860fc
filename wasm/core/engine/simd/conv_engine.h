// The simd engine for networks of nothing but convolutions of one group, concat and upsample2d,
// such as one that draws an outline: any square kernel, the same stride and padding along both
// sides, any number of channels, one thread.
#pragma once

#include <memory>
#include <vector>

#include "core/engine/engine.h"
#include "core/engine/simd/kernels.h"

namespace thoraxlite {

bool is_conv_network(const std::vector<Node>& nodes);

// nodes: a conv network. Refuses, with the node, an upsample2d by something else than 2, 4 or 8, a
// map that joins more than 64 others, and a convolution whose window holds more than 65,536 values.
Result<std::unique_ptr<Engine>> make_conv_engine(const std::vector<Node>& nodes, const Shape& input,
                                                 const Kernels& kernels);

}  // namespace thoraxlite
