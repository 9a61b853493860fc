// The three stages of an experiment for one seed, each in a run folder of its own.
#pragma once

#include <filesystem>
#include <string>

#include "commands/commands.h"

namespace thoraxlite {

// FOLDER/seed-N
std::filesystem::path seed_folder(const std::filesystem::path& folder, std::int64_t seed);

// A stage's options for a seed, on the experiment's data, learning from nobody.
RunOptions stage_alone(const ExperimentOptions& experiment, const RunOptions& stage,
                       std::int64_t seed);

// The same learning from two run folders: soft labels from the one, feature maps from the other.
RunOptions stage_from(const ExperimentOptions& experiment, const RunOptions& stage,
                      std::int64_t seed, const std::filesystem::path& soft_labels,
                      const std::filesystem::path& features);

}  // namespace thoraxlite
