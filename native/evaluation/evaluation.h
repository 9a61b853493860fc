// Everything that is said about a model on one split: overall, per source and per finding.
#pragma once

#include <map>
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "evaluation/classification.h"
#include "evaluation/operating_point.h"

namespace thoraxlite {

// A model's scores on the images of a split. Parallel vectors, one entry an image.
struct ScoredImages {
  std::vector<std::string> labels;
  std::vector<std::vector<float>> scores;  // [images][labels], in [0, 1]
  std::vector<int> truth;                  // index of the one label that is present
  std::vector<std::string> sources;
};

struct FindingFigures {
  Counts counts;  // at the operating threshold
  float threshold = 0;
  double area_under_roc = 0;  // NaN, and JSON null, where one side has no image
  double calibration_error = 0;
};

struct Evaluation {
  std::vector<std::string> labels;
  ClassificationReport overall;          // an image is called by its highest score
  Interval macro_f1, balanced_accuracy;  // bootstrap
  std::map<std::string, ClassificationReport> by_source;
  std::vector<FindingFigures> findings;  // [labels]
};

Evaluation evaluate(const ScoredImages& images, const std::vector<float>& thresholds);

nlohmann::ordered_json to_json(const Evaluation& evaluation);
std::string to_table(const Evaluation& evaluation);  // for a terminal; UTF-8

}  // namespace thoraxlite
