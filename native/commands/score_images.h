// A model file's scores on a split, computed by the inference core: what a user of the page gets.
#pragma once

#include <functional>
#include <map>
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "core/model/model.h"
#include "core/result.h"
#include "data/data_options.h"
#include "data/label_match.h"
#include "data/sample.h"
#include "evaluation/evaluation.h"
#include "evaluation/predictions.h"

namespace thoraxlite {

// Images by the age of whom they are of.
struct Ages {
  int children = 0;
  int adults = 0;
  int unknown = 0;
};

struct ScoredSplit {
  ScoredImages images;                       // their labels are the model's
  std::vector<std::string> refusals;         // [images], type; empty: none
  std::vector<PredictedFilm> unscored;       // what is known of those without a score
  std::vector<float> thresholds;             // the model's operating points
  LabelMatch match;                          // of the model's labels and the data's
  std::vector<std::string> without_score;    // "file: reason", unreadable
  std::map<std::string, int> refused;        // images by the type of their refusal
  Ages ages;                                 // of the scored; drawn phantoms have none
  std::vector<OperatingSet> operating_sets;  // of the model, the default first
  // [operating_sets][labels]: of each image that is positive for it, the share of evidence inside
  // the lung field
  std::vector<std::vector<std::vector<float>>> evidence_inside_lungs;
};

// Images that the model refuses are scored all the same, so that the figures are of every image,
// and counted. data: as for every command. A label of the model that the data lacks is unknown of
// every image. Logits are there unless the model's scores are a softmax, whose order over images is
// not theirs. Every core screens. Throws std::runtime_error if the model is refused, as
// match_labels() does, and if no image got a score. by_reading: only films that radiologists read
// as Normal or Lung Opacity, with these labels (data/reading.h).
ScoredSplit score_images(ByteView model_file, const DataOptions& data, Split split,
                         const LabelsMap& map = {}, bool by_reading = false);

// The same of these films alone, of the data's folder. title: of the progress. between: called
// before each film, on several threads; what it throws ends the work.
ScoredSplit score_films(ByteView model_file, SampleList films, const DataOptions& data,
                        const LabelsMap& map, const std::string& title,
                        const std::function<void()>& between);

// All of the split's films: the scored ones, then those without a score.
Predictions predictions_of(const ScoredSplit& scored, const std::string& split);

// Of each label's positive images, by the default: how many, the middle share of their evidence
// inside the lung field, and how many have most of it there.
nlohmann::ordered_json evidence_json(const ScoredSplit& scored);

}  // namespace thoraxlite
