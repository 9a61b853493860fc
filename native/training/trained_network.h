// A run's network with its best weights.
#pragma once

#include <filesystem>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "models/network.h"
#include "training/run_options.h"

namespace thoraxlite {

struct TrainedNetwork {
  RunOptions options;
  std::vector<std::string> labels;
  std::shared_ptr<Network> network;  // in evaluation mode, on the CPU
};

// The run that a path means: its folder, or best.pt in it.
std::optional<std::filesystem::path> run_of(const std::filesystem::path& path);

// Throws std::runtime_error naming the file if the folder holds no run or no weights that fit.
TrainedNetwork load_trained(const std::filesystem::path& run);

}  // namespace thoraxlite
