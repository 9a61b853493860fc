// What a model said of every film, as a csv file: all figures can be had from it again without an
// image, also by other programs and of other programs' models.
//
// UTF-8, RFC 4180, one row a film. Columns: file,patient,source,split,age, then what else the list
// says of a film by its own names, then of each label L "L target" (1, 0, nothing: unknown),
// "L logit", "L score" (calibrated, 0 to 1), "L called" (1, 0), then refusal (its type, or
// nothing). A film without a score has nothing in logit, score and called. Numbers have nine
// significant digits, so that a float32 comes back as it was. A text that a spreadsheet would take
// for a formula has an apostrophe before it, which reading takes off.
#pragma once

#include <filesystem>
#include <limits>
#include <map>
#include <string>
#include <vector>

#include "evaluation/scored_images.h"

namespace thoraxlite {

struct PredictedFilm {
  std::string file;                                   // below the folder of its dataset
  std::string patient = {}, source = {}, split = {};  // empty: unknown
  double age_years = std::numeric_limits<double>::quiet_NaN();
  std::map<std::string, std::string> columns = {};  // what else is known; no empty texts
  std::vector<float> targets = {};                  // [labels]: 1, 0, or -1 (unknown)
  std::vector<float> logits = {};                   // [labels], or nothing
  std::vector<float> scores = {};                   // [labels], or nothing: the film has no score
  std::vector<int> called = {};                     // [labels]: 1 or 0; or nothing
  std::string refusal = {};                         // empty: none, or unknown
};

struct Predictions {
  std::vector<std::string> labels;
  std::vector<PredictedFilm> films;
  // The file had logits alone: scores are their sigmoids, which nobody calibrated.
  bool uncalibrated = false;
};

// Without columns of logits where no film has any. Throws std::runtime_error if a column of the
// films has the name of one of the file's own, or ends with " target".
std::string to_csv(const Predictions& predictions);

// Of a file of another program only `file`, and of each label "L target" with "L score" or
// "L logit", need be there; what else it lacks is unknown. A label is what has an "L target".
// Throws std::runtime_error naming file, row and column of the first cell that is not what it
// should be, and for a film that stands there twice.
Predictions read_predictions(const std::filesystem::path& file);

// Of scored images with names, called by is_called().
Predictions predictions_of(const ScoredImages& images, const std::vector<float>& thresholds,
                           const std::string& split);

// The films that have scores, in their order. exclusive: there are several labels, and every film
// has exactly one, with none unknown. Logits and calls: where every label has them.
ScoredImages scored_images(const Predictions& predictions);

}  // namespace thoraxlite
