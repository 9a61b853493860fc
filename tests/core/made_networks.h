// Networks made in code, node by node. What is appended reads the last node, or the network's input
// where there is none yet, and has random weights.
#pragma once

#include <nlohmann/json.hpp>
#include <random>
#include <string>
#include <vector>

#include "core/engine/engine.h"
#include "core/model/model.h"

namespace thoraxlite {

void append_conv(Model& model, int channels, int kernel, int stride, int padding, bool relu,
                 std::mt19937& random);
// The same of any window: of kernel, stride, padding, groups and relu of this node.
void append_conv(Model& model, int channels, const Node& window, std::mt19937& random);
void append_scale_shift(Model& model, bool relu, std::mt19937& random);
void append_pool(Model& model, Op op, int kernel, int stride, int padding = 0);

// The same of any window: of kernel, stride, padding and count_padding of this node.
void append_pool(Model& model, Op op, const Node& window, bool ceil);

// add or mul of these nodes, of which the second may have one value a channel.
void append_two(Model& model, Op op, int first, int second, bool relu = false);

// sigmoid to clip, with random parameters.
void append_unary(Model& model, Op op, std::mt19937& random);

// Reads the nodes of these indices, -1 being the network's input, whatever came last.
void append_concat(Model& model, const std::vector<int>& inputs);

void append_upsample(Model& model, int factor);

// A global average and linear layers of these widths, ReLU between them.
void append_head(Model& model, const std::vector<int>& widths, std::mt19937& random);

// The engines of this build that run any network; the simd engine has tests of its own.
std::vector<EngineKind> general_engines();

// Up to ten nodes of nothing but conv2d, concat and upsample2d, the last of them any of these.
Model random_conv_network(std::mt19937& random);

// Up to six nodes of any operator at random sizes, and a head.
Model random_network(std::mt19937& random);

// In the manner of networks from elsewhere: up to eight nodes, with groups, windows of two sides
// and four paddings, sums, products and activations, and a head.
Model random_large_network(std::mt19937& random);

// The operators that make of each value another.
inline constexpr Op kUnaryOps[] = {Op::sigmoid,      Op::silu,       Op::hard_swish,
                                   Op::hard_sigmoid, Op::leaky_relu, Op::clip};

// Its graph as a model file has it.
nlohmann::json graph_of(const Model& model);

// All nodes, for messages.
std::string shown(const Model& model);

}  // namespace thoraxlite
