// Two models on the same films: by what their figures differ, and whether that could be chance.
#pragma once

#include <cstdint>
#include <nlohmann/json.hpp>
#include <optional>
#include <string>
#include <vector>

#include "evaluation/clusters.h"
#include "evaluation/paired_roc.h"
#include "evaluation/paired_shares.h"
#include "evaluation/predictions.h"

namespace thoraxlite {

// Of the films whose target is known.
struct LabelComparison {
  std::string label;
  std::int64_t with = 0, without = 0;  // films with the finding, and without
  AreaComparison area;                 // by logits, where a file has them; else by scores
  // Shares of right calls: of the films with the finding, of those without, and of both. Without
  // images where a file has no calls.
  ShareComparison sensitivity, specificity, right;
};

struct Comparison {
  std::int64_t films = 0;  // in both files, with a score in both
  std::int64_t only_first = 0, only_second = 0, without_score = 0;  // left out
  Units over;                                                       // of every interval and p
  std::vector<std::string> labels_only_first, labels_only_second;   // left out
  std::vector<LabelComparison> labels;                              // in the order of the first
  AreaComparison mean_area;
  // Where both have the same labels, of which every film has exactly one: called by the highest,
  // the first of equals.
  std::optional<ShareComparison> accuracy;
};

// Films are matched by file, labels by name. Throws std::runtime_error naming the film: another
// target, or another patient, in the second file; and if no label or no film is in both.
Comparison compare(const Predictions& first, const Predictions& second);

nlohmann::ordered_json to_json(const Comparison& comparison);
std::string to_table(const Comparison& comparison);  // for a terminal; UTF-8; A is the first

}  // namespace thoraxlite
