// The training loop of every network: hard labels (equation 1), and what it learns from others
// (equations 3 and 4).
#pragma once

#include <filesystem>

#include "data/image_set.h"
#include "models/network.h"
#include "training/distillation.h"
#include "training/parallel.h"
#include "training/run_options.h"

namespace thoraxlite {

// Trains and leaves in the run folder: metrics.jsonl (a line an epoch), checkpoint.pt (to resume
// from) and best.pt (the averaged weights of the epoch with the best selection figure on the
// validation images; evaluation/evaluation.h).
// If checkpoint.pt is there, goes on from it; every epoch draws its chance from (seed, epoch), so
// an interrupted run and an unbroken one are the same. images: of loading_side() pixels a side.
// Of several processes, each takes its part of every batch, and the first one writes.
// SIGINT or SIGTERM to any of them: leaves a checkpoint after the step at hand, and throws Stopped
// (training/stop_signals.h). A cache of the guides is removed when the last epoch is done.
void train(Network& network, const ImageSet& training, const ImageSet& validation,
           const RunOptions& options, Distillation& distillation, torch::Device device,
           const Parallel& parallel, const std::filesystem::path& run);

}  // namespace thoraxlite
