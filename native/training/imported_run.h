// A run folder whose network was trained elsewhere: options.json, with the architecture "imported",
// and imported.safetensors, a model file as `import` writes it. It teaches as any other run does.
#pragma once

#include <filesystem>
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "core/result.h"
#include "export/folded_network.h"
#include "training/run_options.h"

namespace thoraxlite {

inline constexpr const char* kImported = "imported";  // its architecture

// A model file's network, to predict and to teach; it does not train. Its feature maps have the
// names of the graph's nodes.
class ImportedNetwork : public Network {
 public:
  // temperature: what its file divides logits by, so that soft labels are its calibrated scores.
  ImportedNetwork(FoldedNetwork network, float temperature);

  ModelOutput forward(const torch::Tensor& images) override;

 private:
  FoldedNetwork network_;  // whose tensors are this module's buffers
  float temperature_;
};

// Makes the folder one of this model file, whatever it was. labels: of the file's, in its order, by
// the names that the data has for them. imported: where the file comes from, for options.json.
// Throws std::runtime_error with what is wrong with the file, and where the folder holds a network
// that was trained here.
void write_imported_run(const std::filesystem::path& run, ByteView model_file,
                        const std::vector<std::string>& labels,
                        const nlohmann::ordered_json& imported);

// What was kept of where an imported run's file comes from; null of any other folder.
nlohmann::ordered_json imported_record(const std::filesystem::path& run);

// Of an imported run's labels: whether a film has exactly one (softmax), or they come together.
bool labels_exclude_each_other(const std::filesystem::path& run);

// Three of an imported run's feature maps, those of the highest resolution first: the last ones of
// the three lowest resolutions that are more than one position. Throws std::runtime_error where it
// has fewer.
std::vector<std::string> maps_by_depth(const std::filesystem::path& run);

}  // namespace thoraxlite
