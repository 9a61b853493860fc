// The training loop: supervised, on hard labels (equation 1).
#pragma once

#include <filesystem>

#include "data/image_set.h"
#include "models/network.h"
#include "training/run_options.h"

namespace thoraxlite {

// Trains and leaves in the run folder: metrics.jsonl (a line an epoch), checkpoint.pt (to resume
// from) and best.pt (the averaged weights of the epoch with the best validation macro F1).
// If checkpoint.pt is there, goes on from it; every epoch draws its chance from (seed, epoch), so
// an interrupted run and an unbroken one are the same.
void train(Network& network, const ImageSet& training, const ImageSet& validation,
           const RunOptions& options, torch::Device device, const std::filesystem::path& run);

}  // namespace thoraxlite
