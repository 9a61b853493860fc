// A network of another program on its way into a model file: operators by name, with their shapes,
// whatever kind of file it came from.
//
// Weights are kept as float64, so that what is folded into them is rounded once, at the end.
#pragma once

#include <torch/types.h>

#include <array>
#include <map>
#include <nlohmann/json.hpp>
#include <optional>
#include <string>
#include <vector>

#include "core/model/model.h"
#include "export/folded_network.h"

namespace thoraxlite {

inline constexpr const char* kNetworkInput = "input";  // what the first layers read

struct ImportedLayer {
  std::string name;  // unique
  std::string op;    // of the card (wasm/README.md), or "relu", which ends as a setting of others
  std::vector<std::string> inputs;  // names of earlier layers, or kNetworkInput
  nlohmann::ordered_json settings = nlohmann::ordered_json::object();  // the card's other keys
  torch::Tensor weight = {}, bias = {};  // float64; undefined where the operator has none
  bool relu = false;                     // applied to the output
};

struct ImportedLayers {
  int channels = 1;                   // of the network's input
  int size = 0;                       // pixels a side of it
  std::vector<ImportedLayer> layers;  // in order of execution
  std::string output;                 // the layer that gives the logits
  int outputs = 0;                    // how many logits
};

// Of a convolution or a pool.
struct ImportedWindow {
  std::array<std::int64_t, 2> kernel = {1, 1};         // down, across
  std::array<std::int64_t, 2> stride = {1, 1};         // down, across
  std::array<std::int64_t, 4> padding = {0, 0, 0, 0};  // top, left, bottom, right

  static ImportedWindow square(std::int64_t kernel, std::int64_t stride, std::int64_t padding);
};

// Appends layers and knows their shapes. Every call returns the new layer's name, which is `name`
// unless that is taken or too long. Throws std::runtime_error where shapes do not fit, where
// weights are not finite, and where a network is larger than model files hold (core/model/graph.h).
class LayerBuilder {
 public:
  LayerBuilder(int channels, int size);

  Shape shape(const std::string& layer) const;

  // weight: [out, in / groups, kh, kw]; window.kernel is taken from it. bias: [out], or undefined.
  std::string conv2d(const std::string& name, const std::string& input, const torch::Tensor& weight,
                     const torch::Tensor& bias, ImportedWindow window, std::int64_t groups = 1);

  // weight: [out, in], in being all values of the input in the order of C; a map is read by a
  // convolution of its own size. bias: [out], or undefined.
  std::string linear(const std::string& name, const std::string& input, const torch::Tensor& weight,
                     const torch::Tensor& bias);

  // input * scale + shift; each [channels], or a single value.
  std::string scale_shift(const std::string& name, const std::string& input,
                          const torch::Tensor& scale, const torch::Tensor& shift);

  // scale_shift of a batch norm's running statistics; weight and bias may be undefined.
  std::string batch_norm(const std::string& name, const std::string& input,
                         const torch::Tensor& weight, const torch::Tensor& bias,
                         const torch::Tensor& mean, const torch::Tensor& variance, double epsilon);

  // relu, sigmoid, silu, hard_swish, hard_sigmoid, leaky_relu or clip.
  std::string activation(const std::string& name, const std::string& op, const std::string& input,
                         const nlohmann::ordered_json& settings = nlohmann::ordered_json::object());

  // Of one shape, or one of them [channels, 1, 1].
  std::string add(const std::string& name, const std::string& first, const std::string& second);
  std::string mul(const std::string& name, const std::string& first, const std::string& second);

  std::string concat(const std::string& name, const std::vector<std::string>& inputs);

  // op: max_pool2d or average_pool2d. One that averages the whole map is a global_average_pool.
  std::string pool(const std::string& name, const std::string& op, const std::string& input,
                   const ImportedWindow& window, bool ceil = false, bool count_padding = false);

  std::string global_average_pool(const std::string& name, const std::string& input);

  // With ends_in, a sigmoid that gives the output is left out and named there.
  ImportedLayers finish(std::string output, std::optional<Activation>* ends_in = nullptr);

 private:
  std::string append(const std::string& name, ImportedLayer layer, const Shape& shape);
  std::string combine(const std::string& name, const char* op, const std::string& first,
                      const std::string& second);

  ImportedLayers network_;
  std::map<std::string, Shape> shapes_;
  std::int64_t values_ = 0;  // of all layers
};

std::string shown(const Shape& shape);  // as in "64 x 56 x 56"

// The graph and the tensors of a model file, float32. A relu that could not be folded away becomes
// a scale_shift by 1.
FoldedNetwork to_folded(const ImportedLayers& network);

}  // namespace thoraxlite
