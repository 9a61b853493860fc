// Everything that decides a run. Kept in the run folder as options.json, so that resuming,
// evaluating and exporting a run need nothing but its folder.
#pragma once

#include <filesystem>
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "core/image/prepare.h"
#include "data/augment.h"
#include "models/student.h"

namespace thoraxlite {

struct RunOptions {
  std::string data;                  // folder with manifest.csv, or phantom:COUNT
  std::vector<std::string> sources;  // of the manifest; empty: all
  InputSpec input;
  std::int64_t stride = 1;
  std::int64_t hidden = 64;
  double dropout = 0.2;
  std::int64_t epochs = 40;
  std::int64_t batch = 32;      // images
  double learning_rate = 1e-3;  // the paper's, for the student
  double weight_decay = 1e-5;
  std::string schedule = "cosine";  // cosine (to zero, after a warm-up of 100 steps) or constant
  double average_decay = 0.99;      // of the weight average; 0 turns it off
  std::string balance = "mean";
  double augmentation = 0.5;  // probability of each kind of change to an image
  std::uint64_t seed = 1;
  std::string device = "auto";  // auto, cpu, cuda
};

nlohmann::ordered_json to_json(const RunOptions& options);
RunOptions run_options_from_json(const nlohmann::ordered_json& json);

// Reads RUN/options.json; throws std::runtime_error naming the file.
RunOptions read_run_options(const std::filesystem::path& run);

StudentOptions student_options(const RunOptions& options, std::int64_t labels);

}  // namespace thoraxlite
