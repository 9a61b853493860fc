// The stages of an experiment, each in a run folder of its own.
#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "commands/check_stages.h"
#include "commands/commands.h"

namespace thoraxlite {

// FOLDER/seed-N
std::filesystem::path seed_folder(const std::filesystem::path& folder, std::int64_t seed);

// A role's options for a seed, on the experiment's data, learning from nobody.
RunOptions stage_alone(const ExperimentOptions& experiment, const RunOptions& role,
                       std::int64_t seed);

// The same learning from two run folders: soft labels from the one, feature maps from the other,
// whose options are `followed`. --levels of a role may name maps of several guides: those that name
// this one's are taken.
RunOptions stage_from(const ExperimentOptions& experiment, const RunOptions& role,
                      std::int64_t seed, const std::filesystem::path& soft_labels,
                      const std::filesystem::path& features, const RunOptions& followed);

// Where a teacher from elsewhere lies: FOLDER/teacher.
std::filesystem::path imported_teacher_folder(const ExperimentOptions& experiment);

// Throws std::runtime_error for a level of the assistant or the student that names a map of none of
// the networks that it may follow. A teacher from elsewhere is imported by then. Says on standard
// error which options of a role have no effect.
void check_roles(const ExperimentOptions& experiment);

}  // namespace thoraxlite
