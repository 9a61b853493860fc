// A run's network on a split, by LibTorch: for networks that have no model file.
#pragma once

#include <filesystem>
#include <optional>
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

// The best weights of the run on a split of the data that it was trained with, or of another;
// calibrated by its own validation split in any case. Throws std::runtime_error if the data's
// labels are not the run's.
ScoredRun score_run(const std::filesystem::path& run, Split split,
                    const std::optional<DataOptions>& other = {});

}  // namespace thoraxlite
