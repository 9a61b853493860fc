// The network as plain loops in double precision: what the engines are tested against.
#pragma once

#include <vector>

#include "core/engine/engine.h"

namespace thoraxlite {

// What every node gives, in the order and layout of Engine::run's outputs.
std::vector<NodeOutput> naive_outputs(const Model& model, const std::vector<float>& input);
std::vector<NodeOutput> naive_outputs(const std::vector<Node>& nodes, const Shape& shape,
                                      const std::vector<float>& input);

}  // namespace thoraxlite
