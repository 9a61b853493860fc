// The training loop of every network: hard labels (equation 1), and what it learns from others
// (equations 3 and 4).
#pragma once

#include <cstdint>
#include <filesystem>
#include <limits>
#include <stdexcept>

#include "data/image_set.h"
#include "models/network.h"
#include "training/distillation.h"
#include "training/parallel.h"
#include "training/run_options.h"

namespace thoraxlite {

// How far a call goes, and what comes after it; neither changes what is computed.
struct Course {
  // Epochs of the run after which it stops, to go on another time. Its schedule is that of
  // options.epochs all the same.
  std::int64_t stop_after = std::numeric_limits<std::int64_t>::max();
  double later_epochs = 0;  // for the time left: what follows, as if it were epochs of this run
};

// The loss is no number any more.
struct Diverged : std::runtime_error {
  using std::runtime_error::runtime_error;
};

// Trains and leaves in the run folder: metrics.jsonl (a line an epoch), the same for TensorBoard
// (training/event_file.h), checkpoint.pt (to resume from) and best.pt (the averaged weights of the
// epoch with the best selection figure on the validation images; evaluation/evaluation.h).
// If checkpoint.pt is there, goes on from it; every epoch draws its chance from (seed, epoch), so
// an interrupted run and an unbroken one are the same. images: of loading_side() pixels a side.
// Of several processes, each takes its part of every batch, and the first one writes.
// SIGINT or SIGTERM to any of them: leaves a checkpoint after the step at hand, and throws Stopped
// (training/stop_signals.h). A cache of the guides is removed when the last epoch is done. Throws
// Diverged where the loss is no number any more, and std::runtime_error.
void train(Network& network, const ImageSet& training, const ImageSet& validation,
           const RunOptions& options, Distillation& distillation, torch::Device device,
           const Parallel& parallel, const std::filesystem::path& run, const Course& course = {});

}  // namespace thoraxlite
