// What a run needs to go on after it was killed, as one file that is whole or absent.
#pragma once

#include <torch/optim.h>

#include <filesystem>

#include "training/weight_average.h"
#include "training/whole_file.h"

namespace thoraxlite {

struct Position {
  std::int64_t epochs_done = 0;
  double best = -1.0;  // the validation figure of the best checkpoint so far
  std::int64_t best_epoch = 0;
  // Of the next epoch, where a signal stopped the run within it.
  std::int64_t steps_done = 0;
  double seconds = 0;               // that these steps took
  torch::Tensor epoch_states = {};  // training/epoch_state.h; undefined where no step is done
  // Logarithms, of losses/group_robust.h, float64 [groups]; undefined where that is not used.
  torch::Tensor group_weights = {};
};

// kill -9, or a full disk, leaves the old or the new. Throws std::runtime_error naming the file if
// it cannot be written.
void save_checkpoint(const std::filesystem::path& file, const Position& position,
                     const Network& network, const torch::optim::Optimizer& optimizer,
                     const WeightAverage& average);

// Throws std::runtime_error naming the file if it is not a checkpoint of this network.
Position load_checkpoint(const std::filesystem::path& file, Network& network,
                         torch::optim::Optimizer& optimizer, WeightAverage& average);

// The network alone, for evaluation and export.
void save_network(const std::filesystem::path& file, const Network& network);
void load_network(const std::filesystem::path& file, Network& network);

}  // namespace thoraxlite
