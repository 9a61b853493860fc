#include <torch/torch.h>

#include <iostream>
#include <stdexcept>

#include "commands/commands.h"
#include "commands/dataset_option.h"
#include "commands/training_data.h"
#include "core/version.h"
#include "models/pretrained.h"
#include "training/device.h"
#include "training/run_folder.h"
#include "training/train.h"
#include "training/trained_network.h"

namespace thoraxlite {
namespace {

using Json = nlohmann::ordered_json;

Json label_counts(const ImageSet& images) {
  Json counts;
  for (std::size_t label = 0; label < images.labels.size(); ++label) {
    const auto column = images.targets.select(1, static_cast<std::int64_t>(label));
    counts[images.labels[label]] = column.eq(1.0).sum().item<std::int64_t>();
  }
  return counts;
}

// What --init names: files of weights, or the folder of a run whose best weights are meant.
void load_start(Network& network, const RunOptions& options) {
  if (options.init.empty()) return;
  const std::filesystem::path first = options.init.front();
  if (options.init.size() > 1 || !std::filesystem::is_directory(first)) {
    load_pretrained(network, {options.init.begin(), options.init.end()});
    return;
  }
  const TrainedNetwork start = load_trained(first);
  if (start.options.architecture != options.architecture) {
    throw std::runtime_error("--init " + first.string() + ": a run of " +
                             start.options.architecture + "; expected " + options.architecture);
  }
  load_pretrained(network, *start.network, first.string());
}

}  // namespace

void train_network(const RunOptions& wanted, const std::filesystem::path& run,
                   const Parallel& parallel) {
  keep_freed_memory();
  use_all_cores(parallel.local_size());
  RunOptions options = wanted;
  options.data.seed = options.seed;
  const torch::Device device = choose_device(options.device, parallel.local_rank());
  const int smallest = smallest_input(options.architecture);
  if (options.input.size < smallest) {
    throw std::runtime_error("--size " + std::to_string(options.input.size) + ": " +
                             options.architecture + " needs at least " + std::to_string(smallest) +
                             " pixels a side");
  }
  check_training_data(options);
  const int side = loading_side(options);
  const ImageSet training = load_images(options.data, Split::train, side);
  const ImageSet validation = load_images(options.data, Split::validation, side);

  torch::manual_seed(options.seed);
  const std::shared_ptr<Network> network =
      make_network(network_options(options, training.labels.size()));
  load_start(*network, options);

  Json provenance = {
      {"revision", revision()},
      {"libtorch", TORCH_VERSION},
      {"device", device.str()},
      {"images", {{"train", label_counts(training)}, {"val", label_counts(validation)}}}};
  const std::string digest = dataset_digest(options.data.data);
  if (!digest.empty()) provenance["data_sha256"] = digest;
  // Claimed only now, so that options which cannot train leave no folder behind. The others find
  // what the first one wrote.
  if (parallel.leads()) claim_run_folder(run, options, training.labels, provenance);
  parallel.barrier();

  Distillation distillation(options, training.labels, device);
  train(*network, training, validation, options, distillation, device, parallel, run);
  std::cerr << "best weights: " << (run / "best.pt").string() << "\n";
}

}  // namespace thoraxlite
