// A model file's network for other people's tools.
#pragma once

#include <cstdint>
#include <filesystem>
#include <map>
#include <string>
#include <vector>

#include "core/result.h"
#include "export/folded_network.h"

namespace thoraxlite {

// What a model file holds of its classifier, and what goes with it into another format.
struct ExportedNetwork {
  FoldedNetwork network;
  int size = 0;  // pixels a side of the input
  // By key: "labels" (JSON), "input" (as --input of import reads it), "activation", "temperature",
  // "operating_points" (JSON), "preparation" (a sentence), "card" (JSON, whole), and the texts.
  std::map<std::string, std::string> metadata;
};

// Throws std::runtime_error with what is wrong with the model file.
ExportedNetwork exported_network(ByteView model_file);

// ONNX, opset 17: input "input" [N, 1, size, size], output "logits" [N, labels].
std::string to_onnx(const ExportedNetwork& network);

// TorchScript with the same input and output; the metadata are the archive's extra files, each
// KEY.txt.
void write_torchscript(const ExportedNetwork& network, const std::filesystem::path& file);

}  // namespace thoraxlite
