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
  ScoredImages scored;            // calibrated on the validation split, as export does it
  std::vector<float> thresholds;  // its operating points, one a label
  float temperature = 1;          // of its scores
};

// The best weights of the run on the data that it was trained with. Throws std::runtime_error if
// the data's labels are no longer the run's.
ScoredRun score_run(const std::filesystem::path& run, Split split);

}  // namespace thoraxlite
