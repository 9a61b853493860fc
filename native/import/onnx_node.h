// One operator of ONNX as one of ours.
#pragma once

#include <map>
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "import/onnx_file.h"

namespace thoraxlite {

// What a node of ONNX reads or gives.
struct OnnxOperand {
  std::vector<std::int64_t> dims;        // [N, C, H, W], or of a vector [N, C]; N is not looked at
  const OnnxTensor* constant = nullptr;  // with its values; null for what is computed
};

struct MappedTensor {
  std::vector<std::int64_t> shape;
  std::vector<float> values;
};

// A node of a model file's graph (wasm/README.md).
struct MappedNode {
  // Without "name", "input" and "inputs". Empty for an operator that changes nothing.
  nlohmann::ordered_json description = nlohmann::ordered_json::object();
  std::map<std::string, MappedTensor> tensors;  // by "weight" and "bias"
  std::vector<std::size_t> reads;               // which of the operands it reads, in that order
};

// operands: as many as the node has inputs; an optional one that is left out has no dims and no
// constant. opset: of ONNX's own operators, 9 to 21. What cannot be mapped is refused in a sentence
// with the node's name, its operator and the attribute or operand that is in the way.
//
// Conv -> conv2d; MaxPool, AveragePool, GlobalAveragePool, ReduceMean over both sides -> pools;
// BatchNormalization, and Add, Sub, Mul, Div by a constant a channel -> scale_shift; Add and Mul of
// two maps or of a map and a value a channel -> add, mul; Relu, LeakyRelu, Clip, Sigmoid,
// HardSigmoid, HardSwish; Concat of channels; Gemm and MatMul by a constant -> linear; Identity,
// Dropout, and Flatten of a vector -> nothing.
Result<MappedNode> map_onnx_node(const OnnxNode& node, std::int64_t opset,
                                 const std::vector<OnnxOperand>& operands);

// Those that map_onnx_node knows, in the order of the alphabet.
std::vector<std::string> known_onnx_operators();

// As in: node "Conv_3" (Conv)
std::string shown(const OnnxNode& node);

}  // namespace thoraxlite
