// A model file's scores on a split, computed by the inference core: what a user of the page gets.
#pragma once

#include <map>
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "core/result.h"
#include "data/data_options.h"
#include "data/sample.h"
#include "evaluation/evaluation.h"

namespace thoraxlite {

// Images by the age of whom they are of.
struct Ages {
  int children = 0;
  int adults = 0;
  int unknown = 0;
};

struct ScoredSplit {
  ScoredImages images;
  std::vector<float> thresholds;           // the model's operating points
  std::vector<std::string> without_score;  // "file: reason", unreadable
  std::map<std::string, int> refused;      // images by the type of their refusal
  Ages ages;                               // of the scored; drawn phantoms have none
  // [labels]: of each image that is positive for it, the share of evidence inside the lung field
  std::vector<std::vector<float>> evidence_inside_lungs;
};

// Images that the model refuses are scored all the same, so that the figures are of every image,
// and counted. data: as for every command. Every core screens. Throws std::runtime_error if the
// model is refused, its labels are not the data's, or no image got a score.
ScoredSplit score_images(ByteView model_file, const DataOptions& data, Split split);

// Of each label's positive images: how many, the middle share of their evidence inside the lung
// field, and how many have most of it there.
nlohmann::ordered_json evidence_json(const ScoredSplit& scored);

}  // namespace thoraxlite
