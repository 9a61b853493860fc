// A whole ONNX file as a network of ours: constants and the shape arithmetic of exporters are
// worked out, and what is left goes operator by operator through onnx_node.h.
#pragma once

#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "core/model/model.h"
#include "import/layers.h"
#include "import/onnx_file.h"

namespace thoraxlite {

struct OnnxNetwork {
  ImportedLayers layers;
  std::optional<Activation> activation;  // that the file ends in; its layer is left out
  std::vector<std::string> notes;        // sentences without the file's name
};

// What the file says of its input: [N, C, H, W], of which C must be said.
struct OnnxInput {
  int channels = 0;
  int size = 0;  // pixels a side; 0: open
};

// Throws std::runtime_error: no input of this kind, several, or one that is not square.
OnnxInput input_of(const OnnxFile& file);

// Fills the constants whose elements lie in other files of `folder`. Throws std::runtime_error for
// a path that leaves the folder, and for a file that cannot be read, ends early or is too long.
void read_external_data(OnnxFile& file, const std::filesystem::path& folder);

// size: pixels a side of the input, which the file must leave open or have. Throws
// std::runtime_error naming the node, its operator and its attributes where one cannot be had;
// quantised networks, operators of other makers, and nodes that read what no earlier one gave are
// refused too.
OnnxNetwork read_onnx_network(const OnnxFile& file, int size);

// Every operator that read_onnx_network() takes, in the order of the alphabet.
std::vector<std::string> importable_onnx_operators();

}  // namespace thoraxlite
