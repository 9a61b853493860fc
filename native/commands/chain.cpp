#include "commands/chain.h"

namespace thoraxlite {

std::filesystem::path seed_folder(const std::filesystem::path& folder, std::int64_t seed) {
  return folder / ("seed-" + std::to_string(seed));
}

RunOptions stage_alone(const ExperimentOptions& experiment, const RunOptions& stage,
                       std::int64_t seed) {
  RunOptions options = stage;
  options.data = experiment.data;
  options.data.labelled = stage.data.labelled;
  options.seed = static_cast<std::uint64_t>(seed);
  options.distillation.soft_labels_from.clear();
  options.distillation.features_from.clear();
  return options;
}

RunOptions stage_from(const ExperimentOptions& experiment, const RunOptions& stage,
                      std::int64_t seed, const std::filesystem::path& soft_labels,
                      const std::filesystem::path& features) {
  RunOptions options = stage_alone(experiment, stage, seed);
  options.distillation.soft_labels_from = soft_labels.string();
  options.distillation.features_from = features.string();
  return options;
}

}  // namespace thoraxlite
