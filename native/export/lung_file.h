// Files of a lung network (wasm/core/model/model.h, load_lungs), alone and inside model files.
#pragma once

#include <cstdint>
#include <filesystem>
#include <nlohmann/json.hpp>
#include <vector>

#include "core/model/model.h"
#include "export/folded_network.h"
#include "export/safetensors_writer.h"

namespace thoraxlite {

// As a model file holds it: what the card says of it, and its tensors.
struct PackedLungs {
  nlohmann::ordered_json card;
  std::vector<NamedTensor> tensors;
  LungGraph graph;
};

// In float16. facts: what the card tells people: how it was trained, and how well it does.
std::vector<std::uint8_t> pack_lungs(const FoldedNetwork& network, int input_size,
                                     const nlohmann::ordered_json& facts);

// Throws std::runtime_error naming the file.
PackedLungs read_packed_lungs(const std::filesystem::path& file);

}  // namespace thoraxlite
