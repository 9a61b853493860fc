#include <torch/torch.h>

#include <iostream>
#include <optional>

#include "commands/check_stages.h"
#include "commands/commands.h"
#include "commands/dataset_option.h"
#include "commands/imported_teacher.h"
#include "commands/load_start.h"
#include "core/version.h"
#include "data/balance.h"
#include "data/file_bytes.h"
#include "data/strata.h"
#include "training/device.h"
#include "training/run_folder.h"
#include "training/settled_options.h"
#include "training/train.h"

namespace thoraxlite {
namespace {

using Json = nlohmann::ordered_json;

Json label_counts(const ImageSet& images) {
  if (no_label_known(images.targets)) return {{"no label known", images.size()}};
  Json counts;
  for (std::size_t label = 0; label < images.labels.size(); ++label) {
    const auto column = images.targets.select(1, static_cast<std::int64_t>(label));
    counts[images.labels[label]] = column.eq(1.0).sum().item<std::int64_t>();
  }
  return counts;
}

// The digests of the guides' weights.
Json guides_record(const DistillationOptions& options) {
  Json guides = Json::object();
  for (const auto& [name, run] : {std::pair("soft_labels_from", options.soft_labels_from),
                                  std::pair("features_from", options.features_from)}) {
    if (run.empty()) continue;
    const auto weights = require_file(weights_of(run));
    guides[name] = sha256_hex(view(weights));
  }
  return guides;
}

// Folders and files as they can be found from elsewhere.
RunOptions with_absolute_paths(RunOptions options) {
  const auto absolute = [](std::string& path) {
    path = std::filesystem::absolute(path).lexically_normal().string();
  };
  if (phantom_data(options.data.data).count == 0) absolute(options.data.data);
  for (std::string& folder : options.data.unlabelled) absolute(folder);
  for (std::string& file : options.init) absolute(file);
  if (!options.lungs.empty()) absolute(options.lungs);
  return options;
}

// Everything that decides which images are loaded, and how large.
std::string images_of(const DataOptions& data, int side) {
  return Json({data.data, data.sources, data.labels, data.file_column, data.patient_column,
               data.uncertain, data.incomplete, data.without_list, data.reader, data.labelled,
               data.unlabelled, data.fold, data.leave_out, data.seed, side})
      .dump();
}

void load(LoadedImages& images, const DataOptions& data, int side) {
  const std::string of = images_of(data, side);
  if (images.of == of) return;
  images = {};
  images.training = load_images(data, Split::train, side);
  images.validation = load_images(data, Split::validation, side);
  images.of = of;
}

}  // namespace

void train_from_file(const RunOptions& wanted, const TeacherFile& teacher,
                     const std::filesystem::path& run, const Parallel& parallel) {
  RunOptions options = wanted;
  DistillationOptions& guides = options.distillation;
  if (!guides.soft_labels_from.empty() || !guides.features_from.empty()) {
    throw std::runtime_error(
        "--teacher with --soft-labels-from or --features-from: both say who teaches; expected one "
        "of them");
  }
  const std::filesystem::path folder = run / "teacher";
  if (parallel.leads()) import_teacher(teacher, options.data, folder, training_began(run));
  parallel.barrier();
  guides.soft_labels_from = folder.string();
  if (guides.map_weight > 0) guides.features_from = folder.string();
  options.data = taught_data(options.data, folder);
  refuse_equal_films(options.data);
  train_network(options, run, parallel);
}

void train_network(const RunOptions& options, const std::filesystem::path& run,
                   const Parallel& parallel, const Course& course) {
  LoadedImages images;
  train_network(options, run, parallel, course, images);
}

void train_network(const RunOptions& wanted, const std::filesystem::path& run,
                   const Parallel& parallel, const Course& course, LoadedImages& images) {
  keep_freed_memory();
  use_all_cores(parallel.local_size());
  const torch::Device device = choose_device(wanted.device, parallel.local_rank());
  RunOptions options = settle(with_absolute_paths(wanted), run, device, parallel.leads());
  options.data.seed = options.seed;
  std::optional<RunLock> lock;
  if (parallel.leads() && std::filesystem::exists(run)) lock.emplace(run);
  check_stages({{"", run, options}}, parallel, /*test=*/false);

  const std::vector<std::string> labels = load_labels(options.data);
  torch::manual_seed(options.seed);
  const std::shared_ptr<Network> network = make_network(network_options(options, labels.size()));
  load_start(*network, options);

  load(images, options.data, loading_side(options));
  const ImageSet &training = images.training, &validation = images.validation;
  Distillation distillation(options, training.labels, device);
  options.balance = resolve_balance(options.balance, training.exclusive, training.targets);
  for (const std::string& label : labels_without_image(training.labels, training.targets)) {
    if (!parallel.leads() || no_label_known(training.targets)) break;
    std::cerr << "no training image has label '" << label << "': it cannot be learned\n";
  }

  for (const std::string& source : unknown_hospitals(training.about, options.same_hospital)) {
    if (!parallel.leads()) break;
    std::cerr << "--same-hospital names '" << source << "', which no training image has\n";
  }

  Json provenance = {
      {"revision", revision()},
      {"libtorch", TORCH_VERSION},
      {"device", device.str()},
      {"images", {{"train", label_counts(training)}, {"val", label_counts(validation)}}}};
  const std::string digest = dataset_digest(options.data.data);
  if (!digest.empty()) provenance["data_sha256"] = digest;
  for (const std::string& folder : options.data.unlabelled) {
    provenance["unlabelled_sha256"].push_back(dataset_digest(folder));
  }
  if (const Json guides = guides_record(options.distillation); !guides.empty()) {
    provenance["guides"] = guides;
  }
  // Claimed only now, so that options which cannot train leave no folder behind. The others find
  // what the first one wrote.
  if (parallel.leads()) {
    if (!lock) lock.emplace(run);
    claim_run_folder(run, options, training.labels, provenance);
  }
  parallel.barrier();
  options.precision = read_run_options(run).precision;

  train(*network, training, validation, options, distillation, device, parallel, run, course);
  std::cerr << "best weights: " << (run / "best.pt").string() << "\n";
}

}  // namespace thoraxlite
