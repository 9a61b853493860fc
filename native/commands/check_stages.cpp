#include "commands/check_stages.h"

#include <torch/torch.h>
#include <unistd.h>

#include <algorithm>
#include <map>
#include <stdexcept>

#include "commands/dataset_option.h"
#include "commands/fold_guides.h"
#include "commands/load_start.h"
#include "data/balance.h"
#include "data/strata.h"
#include "export/fold.h"
#include "losses/group_robust.h"
#include "training/device.h"
#include "training/distillation.h"
#include "training/epoch_images.h"
#include "training/film_input.h"
#include "training/imported_run.h"
#include "training/layers.h"
#include "training/run_folder.h"
#include "training/trained_network.h"

namespace thoraxlite {
namespace {

namespace fs = std::filesystem;

std::shared_ptr<Network> network_of(const RunOptions& options, std::size_t labels = 1) {
  return make_network(network_options(options, labels));
}

void check_size(const RunOptions& options) {
  const int smallest = smallest_input(options.architecture);
  if (options.input.size >= smallest) return;
  throw std::runtime_error("--size " + std::to_string(options.input.size) + ": " +
                           options.architecture + " needs at least " + std::to_string(smallest) +
                           " pixels a side");
}

void check_place(const fs::path& run) {
  fs::path above = fs::absolute(run);
  while (!fs::exists(above) && above.has_relative_path()) above = above.parent_path();
  if (fs::is_directory(above) && ::access(above.c_str(), W_OK | X_OK) == 0) return;
  throw std::runtime_error(run.string() + ": no run folder can be made there, since " +
                           above.string() +
                           (fs::is_directory(above) ? " cannot be written to" : " is no folder"));
}

void require_map(const std::vector<std::string>& maps, const std::string& map,
                 const std::string& architecture) {
  if (std::count(maps.begin(), maps.end(), map) > 0) return;
  std::string there;
  for (const auto& name : maps) there += (there.empty() ? "" : ", ") + name;
  throw std::runtime_error("--levels: " + architecture + " has no feature map '" + map +
                           "'; it has " + there);
}

class Checks {
 public:
  Checks(const std::vector<PlannedStage>& stages, const Parallel& parallel, bool test)
      : stages_(stages), parallel_(parallel), test_(test) {}

  void check(std::size_t place) {
    const PlannedStage& stage = stages_[place];
    const RunOptions& options = stage.options;
    check_size(options);
    if (!options.lungs.empty()) read_lung_file(options.lungs);
    choose_device(options.device, parallel_.local_rank());
    check_place(stage.run);

    const Known& data = known(options.data);
    check_guides_of_fold(options, data.digest);
    check_data(data.outline, options);
    for (const std::string* guide :
         {&options.distillation.soft_labels_from, &options.distillation.features_from}) {
      if (!guide->empty()) check_guide(stage, *guide, data.outline);
    }
    if (const std::string& followed = options.distillation.features_from; !followed.empty()) {
      const RunOptions guide = options_of(followed);
      for (const auto& [own, other] : levels_of(options, guide, followed)) {
        require_map(maps_of(options, {}), own, options.architecture);
        require_map(maps_of(guide, followed), other, guide.architecture);
      }
    }
    // The first stage loads its start at once in any case.
    const bool starts = place > 0 && !options.init.empty();
    if (starts || !options.freeze.empty()) {
      const auto network = network_of(options, data.outline.labels.size());
      if (starts) load_start(*network, options);
      const Frozen frozen(*network, options.freeze);
    }
    RunOptions resolved = options;
    resolved.balance =
        resolve_balance(options.balance, data.outline.exclusive, data.outline.targets);
    check_run_folder(stage.run, resolved, data.outline.labels, {{"data_sha256", data.digest}});
  }

 private:
  struct Known {
    DataOutline outline;
    std::string digest;
  };

  const Known& known(const DataOptions& options) {
    std::string key = options.data + "\n" + options.uncertain + "\n" + options.fold + "\n" +
                      std::to_string(options.labelled) + "\n" + std::to_string(options.seed);
    for (const auto& source : options.sources) key += "\n" + source;
    key += "\n" + options.without_list + "\n" + options.file_column + "\n" +
           options.patient_column + "\n" + std::to_string(options.incomplete) +
           std::to_string(options.reader);
    for (const auto& label : options.labels) key += "\n" + label;
    for (const auto& source : options.leave_out) key += "\nwithout " + source;
    for (const auto& folder : options.unlabelled) key += "\nand " + folder;
    const auto found = data_.find(key);
    if (found != data_.end()) return found->second;
    return data_.emplace(key, Known{outline(options), dataset_digest(options.data)}).first->second;
  }

  // run: its folder, where it is imported.
  const std::vector<std::string>& maps_of(const RunOptions& options, const fs::path& run) {
    auto& maps = maps_[options.architecture];
    if (maps.empty()) maps = map_names(options, run);
    return maps;
  }

  void check_data(const DataOutline& data, const RunOptions& options) const {
    const auto require = [&](std::int64_t images, Split split) {
      if (images > 0) return;
      throw std::runtime_error(options.data.data + ": no image of split " + to_string(split) +
                               "; expected at least one");
    };
    require(data.training, Split::train);
    require(data.validation, Split::validation);
    if (test_) require(data.test, Split::test);
    const bool training_labelled = !no_label_known(data.targets);
    if (training_labelled && !data.validation_labelled) {
      throw std::runtime_error(options.data.data +
                               ": training images have labels, and no validation image has; "
                               "expected some of both, or none");
    }
    if (test_ && data.validation_labelled != data.test_labelled) {
      throw std::runtime_error(
          options.data.data + ": " + (data.test_labelled ? "test" : "validation") +
          " images have labels, and no " + (data.test_labelled ? "validation" : "test") +
          " image has; expected some of both, or none");
    }
    const Balance balance =
        parse_balance(resolve_balance(options.balance, data.exclusive, data.targets));
    check_labels(data.labels, data.exclusive, data.targets, balance, options.data.data);
    epoch_images(options, data.targets, data.exclusive, data.about,
                 torch::make_generator<torch::CPUGeneratorImpl>(options.seed));
    if (options.group_robust > 0) {
      image_groups(data.targets, data.labels,
                   strata(data.about, options.same_hospital, options.balance_views));
      if (parallel_.size() > 1) {
        throw std::runtime_error("--group-robust " + std::to_string(options.group_robust) + " in " +
                                 std::to_string(parallel_.size()) + " processes; expected one");
      }
    }
    parallel_.shard(torch::arange(data.training), options.batch);
  }

  // The stage before this one whose folder it is; null: a run that is there.
  const PlannedStage* planned(const fs::path& run) const {
    const auto found = std::find_if(stages_.begin(), stages_.end(), [&](const PlannedStage& stage) {
      return stage.run.lexically_normal() == run.lexically_normal();
    });
    return found == stages_.end() ? nullptr : &*found;
  }

  RunOptions options_of(const fs::path& run) const {
    const PlannedStage* stage = planned(run);
    return stage != nullptr ? stage->options : read_run_options(run);
  }

  void check_guide(const PlannedStage& stage, const fs::path& run, const DataOutline& data) const {
    const PlannedStage* guide = planned(run);
    if (guide == nullptr) {
      const std::vector<std::string> taught = read_run_labels(run);
      for (const std::string& label : data.labels) {
        if (std::count(taught.begin(), taught.end(), label) > 0) continue;
        throw std::runtime_error(run.string() + ": its labels lack '" + label + "' of the data");
      }
      if (!fs::exists(weights_of(run))) {
        throw std::runtime_error(run.string() + ": has no " + weights_of(run).filename().string() +
                                 "; expected a trained network");
      }
      // Trained as ours are, a sigmoid's labels may exclude each other.
      if (!data.exclusive && read_run_options(run).architecture == kImported &&
          labels_exclude_each_other(run)) {
        throw std::runtime_error(
            run.string() +
            ": its labels exclude each other, and those that are learned come together");
      }
      return;
    }
    if (training_began(guide->run) && training_began(stage.run) &&
        read_run_options(guide->run).epochs < guide->options.epochs) {
      throw std::runtime_error(stage.run.string() + ": was taught by " + run.string() +
                               ", which more epochs would change; choose another folder");
    }
  }

  const std::vector<PlannedStage>& stages_;
  const Parallel& parallel_;
  const bool test_;
  std::map<std::string, Known> data_;
  std::map<std::string, std::vector<std::string>> maps_;  // by architecture
};

}  // namespace

void check_stages(const std::vector<PlannedStage>& stages, const Parallel& parallel, bool test) {
  Checks checks(stages, parallel, test);
  for (std::size_t i = 0; i < stages.size(); ++i) {
    try {
      checks.check(i);
    } catch (const std::runtime_error& error) {
      if (stages[i].name.empty()) throw;
      throw std::runtime_error(stages[i].name + ": " + error.what());
    }
  }
}

bool can_export(const RunOptions& options) {
  return can_fold(*network_of(options));
}

std::vector<std::string> map_names(const RunOptions& options, const fs::path& run) {
  if (options.architecture == kImported) {
    return map_names(*load_trained(run).network, 1, options.input.size);
  }
  return map_names(*network_of(options), 1, smallest_input(options.architecture));
}

}  // namespace thoraxlite
