#include <torch/torch.h>

#include <iostream>
#include <stdexcept>

#include "commands/commands.h"
#include "commands/dataset_option.h"
#include "revision.h"
#include "training/checkpoint.h"
#include "training/device.h"
#include "training/train.h"

namespace thoraxlite {
namespace {

using Json = nlohmann::ordered_json;

// A run folder holds one run: the same options go on with it, others are refused.
void claim_run_folder(const std::filesystem::path& run, const RunOptions& options,
                      const Json& provenance) {
  const std::filesystem::path file = run / "options.json";
  if (std::filesystem::exists(file)) {
    const Json there = to_json(read_run_options(run));
    const Json wanted = to_json(options);
    for (const auto& [key, value] : wanted.items()) {
      if (there.at(key) == value) continue;
      throw std::runtime_error(file.string() + ": this run has " + key + " " +
                               there.at(key).dump() + ", not " + value.dump() +
                               "; choose another --run folder");
    }
    return;
  }
  std::filesystem::create_directories(run);
  write_atomically(file,
                   Json{{"options", to_json(options)}, {"provenance", provenance}}.dump(2) + "\n");
}

Json class_counts(const ImageSet& images) {
  Json counts;
  for (std::size_t label = 0; label < images.labels.size(); ++label) {
    const auto column = images.targets.select(1, static_cast<std::int64_t>(label));
    counts[images.labels[label]] = static_cast<std::int64_t>(column.sum().item<double>());
  }
  return counts;
}

}  // namespace

void train_student(const RunOptions& options, const std::filesystem::path& run) {
  use_all_cores();
  const torch::Device device = choose_device(options.device);
  const int size = options.input.size;
  const DataOptions data{options.data, options.sources, "ones", options.seed};
  const ImageSet training = load_images(data, Split::train, size);
  const ImageSet validation = load_images(data, Split::validation, size);

  Json provenance = {
      {"revision", kRevision},
      {"libtorch", TORCH_VERSION},
      {"device", device.str()},
      {"images", {{"train", class_counts(training)}, {"val", class_counts(validation)}}}};
  const std::string digest = dataset_digest(options.data);
  if (!digest.empty()) provenance["manifest_sha256"] = digest;
  claim_run_folder(run, options, provenance);

  torch::manual_seed(options.seed);
  Student student(student_options(options, static_cast<std::int64_t>(training.labels.size())));
  train(student, training, validation, options, device, run);
  std::cerr << "best weights: " << (run / "best.pt").string() << "\n";
}

}  // namespace thoraxlite
