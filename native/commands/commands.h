// The sub-commands of cxr-distill: what each takes, and what each does. All throw
// std::runtime_error with one sentence.
#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "training/run_options.h"

namespace thoraxlite {

// student: trains, or goes on training, the student in a run folder.
void train_student(const RunOptions& options, const std::filesystem::path& run);

struct ExportOptions {
  std::filesystem::path run;
  std::filesystem::path output;
  std::string name;
  std::string type = "float16";
};

// export: calibrates the run's best weights on its validation split, packs them, and evaluates the
// packed file on the validation and test splits.
void export_student(const ExportOptions& options);

struct EvaluateOptions {
  std::filesystem::path model;
  std::string data;
  std::vector<std::string> sources;
  std::string split = "test";
  std::uint64_t seed = 1;        // of phantoms
  std::filesystem::path output;  // JSON; empty: none
};

// evaluate: the classification report of a model file, as a table and as JSON.
void evaluate_model(const EvaluateOptions& options);

}  // namespace thoraxlite
