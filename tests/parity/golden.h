// What LibTorch computed, kept in a file, against what an engine computes.
//
// A golden file is safetensors with the metadata format = "thoraxlite.golden.v1" and command (how
// it was made), the tensor input [size, size], and a tensor a node of the model, [height, width,
// channels]; all F32. The last node's are the logits.
#pragma once

#include <string>
#include <vector>

#include "core/engine/engine.h"
#include "core/model/model.h"
#include "core/result.h"

namespace thoraxlite::parity {

// Largest allowed difference of a logit, whatever its size.
inline constexpr double kLogitBound = 1e-4;

// Largest allowed difference of any value of a layer, as a part of the layer's largest magnitude.
// Sums of up to 600 products in float32, in whatever order, stay well below; a wrong weight, a
// shifted window or a swapped channel does not.
inline constexpr double kLayerBound = 2e-5;

struct Golden {
  std::string command;  // makes this file anew
  std::vector<float> input;
  std::vector<NodeOutput> layers;  // in the order of the model's nodes
};

// Errors: not a golden file, or one of another network.
Result<Golden> read_golden(ByteView file, const Model& model);

struct LayerDifference {
  std::string name;
  double largest = 0;  // NaN when a value is not a number
  double bound = 0;
  std::string report;  // empty when within the bound, else the first values that are not

  bool holds() const { return report.empty(); }
};

// One a layer. Errors: the engine failed, or its layers have other names or shapes.
Result<std::vector<LayerDifference>> compare(Engine& engine, const Golden& golden);

}  // namespace thoraxlite::parity
