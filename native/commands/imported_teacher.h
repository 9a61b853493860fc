// A network from elsewhere as a teacher: the option --teacher.
#pragma once

#include <filesystem>

#include "commands/commands.h"
#include "data/label_match.h"

namespace thoraxlite {

// Makes `run` the run folder of the teacher (training/imported_run.h), unless it is already. Says
// on standard error what the file does not say. Throws std::runtime_error as import_model() does,
// and for a labels map that names a label that the file does not have, or one twice.
void import_teacher(const TeacherFile& teacher, const std::filesystem::path& run);

// What is learned from that teacher: of a folder without a list all of its labels, unless some are
// named, and else those that the data has too. Throws std::runtime_error where there is none.
DataOptions taught_data(DataOptions data, const std::filesystem::path& teacher);

// What an imported run's file calls the labels that the data calls otherwise.
LabelsMap labels_by_teacher(const std::filesystem::path& teacher);

}  // namespace thoraxlite
