// A run's network with its best weights.
#pragma once

#include <filesystem>
#include <memory>
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

// Throws std::runtime_error naming the file if the folder holds no run or no best.pt that fits.
TrainedNetwork load_trained(const std::filesystem::path& run);

}  // namespace thoraxlite
