// A run's network on a split, by LibTorch: for networks that have no model file.
#pragma once

#include <filesystem>
#include <vector>

#include "data/image_set.h"
#include "evaluation/scored_images.h"
#include "training/run_options.h"

namespace thoraxlite {

struct ScoredRun {
  RunOptions options;
  ImageSet images;
  ScoredImages scored;            // without a fitted temperature
  std::vector<float> thresholds;  // 0.5 for every label
};

// The best weights of the run on the data that it was trained with.
ScoredRun score_run(const std::filesystem::path& run, Split split);

}  // namespace thoraxlite
