#include "commands/chain.h"

#include <algorithm>
#include <stdexcept>

#include "training/unused_options.h"

namespace thoraxlite {
namespace {

// The guide's part of OWN=GUIDE; check_stages() refuses what is not of this form.
std::string guide_map(const std::string& level) {
  return level.substr(level.find('=') + 1);
}

bool has(const std::vector<std::string>& names, const std::string& name) {
  return std::count(names.begin(), names.end(), name) > 0;
}

void check_levels(const std::string& name, const RunOptions& role,
                  const std::vector<const RunOptions*>& guides,
                  const std::filesystem::path& imported) {
  if (role.distillation.levels.empty()) return;
  std::vector<std::string> maps;
  std::string architectures;
  for (const RunOptions* guide : guides) {
    for (const auto& map : map_names(*guide, imported)) maps.push_back(map);
    architectures += (architectures.empty() ? "" : " and ") + guide->architecture;
  }
  for (const auto& level : role.distillation.levels) {
    if (has(maps, guide_map(level))) continue;
    throw std::runtime_error(name + ": level '" + level + "' names no feature map of " +
                             architectures);
  }
}

}  // namespace

std::filesystem::path seed_folder(const std::filesystem::path& folder, std::int64_t seed) {
  return folder / ("seed-" + std::to_string(seed));
}

RunOptions stage_alone(const ExperimentOptions& experiment, const RunOptions& role,
                       std::int64_t seed) {
  RunOptions options = role;
  options.data = experiment.data;
  options.data.labelled = role.data.labelled;
  options.seed = static_cast<std::uint64_t>(seed);
  options.distillation.soft_labels_from.clear();
  options.distillation.features_from.clear();
  return options;
}

RunOptions stage_from(const ExperimentOptions& experiment, const RunOptions& role,
                      std::int64_t seed, const std::filesystem::path& soft_labels,
                      const std::filesystem::path& features, const RunOptions& followed) {
  RunOptions options = stage_alone(experiment, role, seed);
  options.data.unlabelled = role.data.unlabelled;
  options.distillation.soft_labels_from = soft_labels.string();
  options.distillation.features_from = features.string();
  auto& levels = options.distillation.levels;
  if (levels.empty()) return options;
  const auto maps = map_names(followed, features);
  const auto of_another = [&](const auto& level) { return !has(maps, guide_map(level)); };
  // Where none is this guide's, all stay, and check_stages() says what maps it has.
  if (std::all_of(levels.begin(), levels.end(), of_another)) return options;
  levels.erase(std::remove_if(levels.begin(), levels.end(), of_another), levels.end());
  return options;
}

std::filesystem::path imported_teacher_folder(const ExperimentOptions& experiment) {
  return experiment.folder / "teacher";
}

void check_roles(const ExperimentOptions& experiment) {
  const std::filesystem::path imported = imported_teacher_folder(experiment);
  check_levels("assistant", experiment.assistant, {&experiment.teacher}, imported);
  check_levels("student", experiment.student, {&experiment.teacher, &experiment.assistant},
               imported);
  if (experiment.teacher_file.file.empty()) {
    warn_of_unused("teacher", experiment.teacher, teacher_defaults(), Role::alone_in_chain);
  }
  warn_of_unused("assistant", experiment.assistant, assistant_defaults(), Role::guided_in_chain);
  warn_of_unused("student", experiment.student, student_defaults(), Role::guided_in_chain);
}

}  // namespace thoraxlite
