#include "golden.h"

#include <algorithm>
#include <cmath>
#include <cstdio>
#include <utility>

#include "core/model/safetensors.h"

namespace thoraxlite::parity {
namespace {

constexpr int kValuesShown = 5;

std::string shown(const Shape& shape) {
  return "[" + std::to_string(shape.height) + ", " + std::to_string(shape.width) + ", " +
         std::to_string(shape.channels) + "]";
}

bool same(const Shape& a, const Shape& b) {
  return a.channels == b.channels && a.height == b.height && a.width == b.width;
}

Result<std::vector<float>> take(const Safetensors& file, const std::string& name,
                                const std::vector<std::int64_t>& shape) {
  const auto found = file.tensors.find(name);
  if (found == file.tensors.end()) return fail("The golden file lacks the layer " + name + ".");
  if (found->second.shape != shape) {
    return fail("The golden file's layer " + name + " has another shape than the model's.");
  }
  return to_float32(found->second);
}

// The position of value i of a channels-last map, for a person.
std::string position(const Shape& shape, std::size_t i) {
  const auto channels = static_cast<std::size_t>(shape.channels);
  const auto width = static_cast<std::size_t>(shape.width);
  return "y " + std::to_string(i / channels / width) + ", x " +
         std::to_string(i / channels % width) + ", channel " + std::to_string(i % channels);
}

LayerDifference compare_layer(const NodeOutput& ours, const NodeOutput& golden, bool is_logits) {
  LayerDifference difference;
  difference.name = golden.name;
  double magnitude = 0;
  for (const float value : golden.values) {
    magnitude = std::max(magnitude, std::abs(double{value}));
  }
  difference.bound = is_logits ? kLogitBound : kLayerBound * magnitude;
  int shown_values = 0;
  for (std::size_t i = 0; i < golden.values.size(); ++i) {
    const double apart = std::abs(double{ours.values[i]} - golden.values[i]);
    // Written so that NaN counts as too large, and stays.
    if (!(apart <= difference.largest) && !std::isnan(difference.largest)) {
      difference.largest = apart;
    }
    if (apart <= difference.bound || shown_values == kValuesShown) continue;
    ++shown_values;
    char text[160];
    std::snprintf(text, sizeof text, "    %s: %.8g, LibTorch %.8g\n",
                  position(golden.shape, i).c_str(), double{ours.values[i]},
                  double{golden.values[i]});
    difference.report += text;
  }
  return difference;
}

}  // namespace

Result<Golden> read_golden(ByteView file, const Model& model) {
  const Result<Safetensors> tensors = parse_safetensors(file);
  if (!tensors) return tl::unexpected(tensors.error());
  const auto format = tensors->metadata.find("format");
  const auto command = tensors->metadata.find("command");
  if (format == tensors->metadata.end() || format->second != "thoraxlite.golden.v1" ||
      command == tensors->metadata.end()) {
    return fail("The file is not a golden file: its metadata lacks format or command.");
  }

  Golden golden;
  golden.command = command->second;
  const std::int64_t size = model.card.input.size;
  Result<std::vector<float>> input = take(*tensors, "input", {size, size});
  if (!input) return tl::unexpected(input.error());
  golden.input = std::move(*input);
  for (const Node& node : model.nodes) {
    const Shape& shape = node.output;
    Result<std::vector<float>> values =
        take(*tensors, node.name, {shape.height, shape.width, shape.channels});
    if (!values) return tl::unexpected(values.error());
    golden.layers.push_back({node.name, shape, std::move(*values)});
  }
  if (tensors->tensors.size() != golden.layers.size() + 1) {
    return fail("The golden file has layers that the model lacks.");
  }
  return golden;
}

Result<std::vector<LayerDifference>> compare(Engine& engine, const Golden& golden) {
  std::vector<NodeOutput> outputs;
  if (const auto seen = engine.run(golden.input, &outputs); !seen) {
    return tl::unexpected(seen.error());
  }
  const Result<std::vector<float>> logits = engine.run(golden.input);
  if (!logits) return tl::unexpected(logits.error());
  if (outputs.size() != golden.layers.size()) {
    return fail("The engine gave " + std::to_string(outputs.size()) + " layers; expected " +
                std::to_string(golden.layers.size()) + ".");
  }
  // What run() gives where nobody looks at the layers is what counts: it stands for the last one.
  outputs.back().values = *logits;

  std::vector<LayerDifference> differences;
  for (std::size_t i = 0; i < outputs.size(); ++i) {
    const NodeOutput& ours = outputs[i];
    const NodeOutput& theirs = golden.layers[i];
    if (ours.name != theirs.name || !same(ours.shape, theirs.shape) ||
        ours.values.size() != theirs.values.size()) {
      return fail("The engine gave the layer " + ours.name + " " + shown(ours.shape) +
                  "; expected " + theirs.name + " " + shown(theirs.shape) + ".");
    }
    differences.push_back(compare_layer(ours, theirs, i + 1 == outputs.size()));
  }
  return differences;
}

}  // namespace thoraxlite::parity
