// A model file's scores on a split, computed by the inference core: what a user of the page gets.
#pragma once

#include <map>
#include <string>
#include <vector>

#include "core/result.h"
#include "data/data_options.h"
#include "data/sample.h"
#include "evaluation/evaluation.h"

namespace thoraxlite {

struct ScoredSplit {
  ScoredImages images;
  std::vector<float> thresholds;           // the model's operating points
  std::vector<std::string> without_score;  // "file: reason", unreadable
  std::map<std::string, int> refused;      // images by the type of their refusal
  // [labels]: of each image that is positive for it, the share of evidence inside the lung field
  std::vector<std::vector<float>> evidence_inside_lungs;
};

// Images that the model refuses are scored all the same, so that the figures are of every image,
// and counted. data: as for every command. Every core screens. Throws std::runtime_error if the
// model is refused, its labels are not the data's, or no image got a score.
ScoredSplit score_images(ByteView model_file, const DataOptions& data, Split split);

}  // namespace thoraxlite
