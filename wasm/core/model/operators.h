// What each operator asks of the card and of the tensors, and the shape that it gives.
#pragma once

#include <map>
#include <string>
#include <vector>

#include "core/model/json_fields.h"
#include "core/model/model.h"

namespace thoraxlite {

// Fills everything of node but its name and its inputs. fields: the node in the card. inputs: the
// shapes of what it reads, at least one. tensors: the file's; those that the node takes are
// removed. What is wrong stands in fields.
void read_operator(const std::string& op, JsonFields& fields, const std::vector<Shape>& inputs,
                   std::map<std::string, TensorView>& tensors, Node& node);

// add and mul.
bool reads_two(const std::string& op);

// Multiply-adds of one run of the node; for a pool the values that its windows read. The output has
// at most kMaxNodeValues (graph.h).
std::int64_t work_of(const Node& node);

// Positions in the map that the windows of a convolution or a pool cover, each window's counted.
std::int64_t window_positions_of(const Node& node);

std::int64_t values_of(const Shape& shape);

}  // namespace thoraxlite
