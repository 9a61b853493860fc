// A file of a network from elsewhere: what it holds, and what it does not say.
#pragma once

#include <filesystem>
#include <nlohmann/json.hpp>
#include <optional>
#include <string>
#include <vector>

#include "core/model/model.h"
#include "export/folded_network.h"
#include "import/input_scaling.h"
#include "import/layers.h"

namespace thoraxlite {

// What is not known is empty.
struct SourceFile {
  std::string format;  // as in "ONNX, opset 13, by pytorch 1.13.1"
  std::string sha256;
  ImportedLayers layers;
  std::vector<std::string> labels;  // of the outputs; an empty one is of an output without meaning
  std::optional<Activation> activation;
  std::optional<InputScaling> scaling;
  bool is_scaling_assumed = false;  // as ImageNet's, where the file does not say
  std::vector<float> thresholds;  // of the outputs' scores, [0, 1]; not a number where none is said
  std::vector<std::string> notes;  // sentences without the file's name
};

inline constexpr int kUsualSize = 224;  // pixels a side, of networks that do not say

// By what is in the file: ONNX (with files of weights beside it), what torch.save wrote,
// safetensors of weights, and TorchScript. size: of the input, pixels a side, where the file leaves
// it open; 0 stands for kUsualSize. trust: TorchScript is a program, which LibTorch runs as it
// loads it; without trust it is refused. Throws std::runtime_error naming the file.
SourceFile read_source_file(const std::filesystem::path& file, int size, bool trust);

// Names between commas, or a JSON array of texts; none where it is neither.
std::vector<std::string> listed_labels(const std::string& text);

// What a person adds to what the file says.
struct SourceSettings {
  std::vector<std::string> labels;  // in the order of the outputs; an empty one drops its output
  std::string input;                // of parse_input_scaling()
  std::string activation;           // sigmoid, softmax; empty: as the file says
};

// A network that can be packed: everything is known that a model file must say.
struct SettledNetwork {
  FoldedNetwork network;  // reads one channel
  InputSpec input;
  std::vector<std::string> labels;
  Activation activation = Activation::sigmoid;
  std::vector<float> thresholds;    // [labels], or none
  nlohmann::ordered_json imported;  // for the card: where it comes from, and what was settled how
};

// Throws std::runtime_error with what is still to be said, by the option that says it.
SettledNetwork settle(const SourceFile& source, const SourceSettings& settings);

// What settle() would ask for: options, with what they are to say.
std::vector<std::string> left_to_say(const SourceFile& source);

}  // namespace thoraxlite
