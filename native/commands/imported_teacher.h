// A network from elsewhere as a teacher: the option --teacher.
#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "commands/commands.h"
#include "data/label_match.h"

namespace thoraxlite {

// Makes `run` the run folder of the teacher (training/imported_run.h), unless it is already, by the
// same words. data: that is to be learned from, looked at first. begun: whether a network has
// learned from what is there; another teacher is then refused, and else takes its place. Says on
// standard error what the file does not say. Throws std::runtime_error as import_model() does, and
// for a labels map that names a label that the file does not have, or one twice.
void import_teacher(const TeacherFile& teacher, const DataOptions& data,
                    const std::filesystem::path& run, bool begun);

// What is learned from that teacher: of a folder without a list all of its labels, unless some are
// named, and else those that the data has too. Throws std::runtime_error where there is none, and
// for some of a softmax's labels, whose scores are shares of all.
DataOptions taught_data(DataOptions data, const std::filesystem::path& teacher);

// What an imported run's file calls `labels` where the data calls them otherwise.
LabelsMap labels_by_teacher(const std::filesystem::path& teacher,
                            const std::vector<std::string>& labels);

}  // namespace thoraxlite
