// What a run needs to go on after it was killed, as one file that is whole or absent.
#pragma once

#include <torch/optim.h>

#include <filesystem>

#include "training/weight_average.h"

namespace thoraxlite {

struct Position {
  std::int64_t epochs_done = 0;
  double best = -1.0;  // the validation figure of the best checkpoint so far
  std::int64_t best_epoch = 0;
};

// Written beside `file`, flushed to disk and renamed, so that kill -9 leaves the old or the new.
void save_checkpoint(const std::filesystem::path& file, const Position& position,
                     const Network& network, const torch::optim::Optimizer& optimizer,
                     const WeightAverage& average);

// Throws std::runtime_error naming the file if it is not a checkpoint of this network.
Position load_checkpoint(const std::filesystem::path& file, Network& network,
                         torch::optim::Optimizer& optimizer, WeightAverage& average);

// The network alone, for evaluation and export.
void save_network(const std::filesystem::path& file, const Network& network);
void load_network(const std::filesystem::path& file, Network& network);

// Flushes `file`.part to disk and renames it to `file`.
void publish(const std::filesystem::path& file);

// Puts `bytes` into `file` in the same whole-or-absent way.
void write_atomically(const std::filesystem::path& file, const std::string& bytes);

}  // namespace thoraxlite
