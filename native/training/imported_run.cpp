#include "training/imported_run.h"

#include <torch/torch.h>

#include <algorithm>
#include <stdexcept>

#include "core/model/model.h"
#include "data/file_bytes.h"
#include "import/export_network.h"
#include "training/run_folder.h"
#include "training/trained_network.h"
#include "training/whole_file.h"

namespace thoraxlite {

namespace fs = std::filesystem;
using Json = nlohmann::ordered_json;

ImportedNetwork::ImportedNetwork(FoldedNetwork network, float temperature)
    : network_(std::move(network)), temperature_(temperature) {
  for (const auto& [name, tensor] : network_.tensors) {
    std::string without_dots = name;  // which a module's names cannot have
    std::replace(without_dots.begin(), without_dots.end(), '.', '/');
    register_buffer(without_dots, tensor);
  }
}

ModelOutput ImportedNetwork::forward(const torch::Tensor& images) {
  ModelOutput output = thoraxlite::forward(network_, images);
  output.logits = output.logits.flatten(1) / temperature_;
  return output;
}

void write_imported_run(const fs::path& run, ByteView model_file,
                        const std::vector<std::string>& labels, const Json& imported) {
  const Result<Model> model = load_model(model_file);
  if (!model) throw std::runtime_error(model.error().message);
  const Card& card = model->card;
  if (card.view) {
    throw std::runtime_error(
        "its network sees what a network of lungs shows it, which is no part of what is taught "
        "from; expected its run folder, by --soft-labels-from and --features-from");
  }
  RunOptions options;
  options.architecture = kImported;
  options.input = card.input;
  if (training_began(run) && read_run_options(run).architecture != kImported) {
    throw std::runtime_error(run.string() +
                             ": holds a network that was trained here; choose another folder");
  }
  const std::vector<std::uint8_t> bytes(model_file.data, model_file.data + model_file.size);
  fs::create_directories(run);
  fs::remove(run / "options.json");  // until the file is whole there is no run
  write_atomically(run / kImportedFile, {bytes.begin(), bytes.end()});
  claim_run_folder(run, options, labels, {{"imported", imported}});
}

Json imported_record(const fs::path& run) {
  if (!training_began(run)) return nullptr;
  const Json file = read_run_file(run);
  const auto provenance = file.find("provenance");
  if (provenance == file.end() || !provenance->is_object()) return nullptr;
  return provenance->value("imported", Json());
}

bool labels_exclude_each_other(const fs::path& run) {
  const std::vector<std::uint8_t> bytes = require_file(weights_of(run));
  const Result<Model> model = load_model(view(bytes));
  if (!model) throw std::runtime_error(weights_of(run).string() + ": " + model.error().message);
  return model->card.activation == Activation::softmax;
}

std::vector<std::string> maps_by_depth(const fs::path& run) {
  const TrainedNetwork trained = load_trained(run);
  const torch::NoGradGuard no_grad;
  const int size = trained.options.input.size;
  std::vector<std::pair<std::int64_t, std::string>> last;  // by positions, one of each number
  for (const auto& [name, map] :
       trained.network->forward(torch::zeros({1, 1, size, size})).features) {
    if (map.dim() != 4 || map.size(2) * map.size(3) < 2) continue;
    const std::int64_t positions = map.size(2) * map.size(3);
    const auto same = std::find_if(last.begin(), last.end(),
                                   [&](const auto& other) { return other.first == positions; });
    if (same == last.end()) {
      last.emplace_back(positions, name);
    } else {
      same->second = name;
    }
  }
  std::sort(last.begin(), last.end());
  if (last.size() < 3) {
    throw std::runtime_error(run.string() +
                             ": its network has no feature maps of three resolutions; name some by "
                             "--levels");
  }
  return {last[2].second, last[1].second, last[0].second};
}

}  // namespace thoraxlite
