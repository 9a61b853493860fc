#include "training/trained_network.h"

#include <stdexcept>
#include <string>

#include "data/file_bytes.h"
#include "import/export_network.h"
#include "training/checkpoint.h"
#include "training/imported_run.h"
#include "training/run_folder.h"

namespace thoraxlite {

std::optional<std::filesystem::path> run_of(const std::filesystem::path& path) {
  if (std::filesystem::is_directory(path)) return path;
  const std::filesystem::path folder = path.parent_path();
  if (path.filename() == "best.pt" && std::filesystem::exists(folder / "options.json")) {
    return folder;
  }
  return std::nullopt;
}

TrainedNetwork load_trained(const std::filesystem::path& run) {
  TrainedNetwork trained{read_run_options(run), read_run_labels(run), nullptr};
  if (trained.options.architecture == kImported) {
    const std::filesystem::path file = weights_of(run);
    const std::vector<std::uint8_t> bytes = require_file(file);
    try {
      ExportedNetwork exported = exported_network(view(bytes));
      const float temperature = std::stof(exported.metadata.at("temperature"));
      trained.network = std::make_shared<ImportedNetwork>(std::move(exported.network), temperature);
    } catch (const std::runtime_error& error) {
      throw std::runtime_error(file.string() + ": " + error.what());
    }
    trained.network->eval();
    return trained;
  }
  trained.network = make_network(network_options(trained.options, trained.labels.size()));
  load_network(run / "best.pt", *trained.network);
  trained.network->eval();
  return trained;
}

}  // namespace thoraxlite
