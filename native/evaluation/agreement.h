// How far two networks say the same of the same films: of a student and its teacher, say, where
// nobody labelled the films. No figure of how well either does.
#pragma once

#include <cstdint>
#include <nlohmann/json.hpp>
#include <optional>
#include <string>
#include <vector>

#include "evaluation/clusters.h"
#include "evaluation/interval.h"
#include "evaluation/scored_images.h"

namespace thoraxlite {

struct Agreed {
  double value = 0;   // NaN: the films do not define it
  Interval interval;  // 95 %, bootstrap over patients
};

struct LabelAgreement {
  std::string label;
  Agreed rank_correlation;  // Spearman's, of the scores; NaN where one network scores all alike
  Agreed difference;        // mean of |first - second|, of the scores
  double first_mean = 0, second_mean = 0;  // of the scores
};

struct Agreement {
  std::int64_t films = 0;  // in both, with a score in both
  Units over;              // of every interval
  std::vector<LabelAgreement> labels;
  Agreed mean_difference;              // over the labels
  std::optional<Agreed> same_highest;  // share of films; where labels exclude each other
};

// Films are matched by name, labels by name; first's order. exclusive: whether a film has exactly
// one of the labels. comparable: whether both give scores of one kind, softmax or sigmoid; else
// their differences are NaN. Throws std::runtime_error if no label or no film is in both.
Agreement agreement_of(const ScoredImages& first, const ScoredImages& second, bool exclusive,
                       bool comparable = true);

// Spearman's rank correlation: Pearson's of the ranks, equal values sharing their mean rank. NaN
// where one side is all equal. Of the same length.
double rank_correlation(const std::vector<float>& first, const std::vector<float>& second);

nlohmann::ordered_json to_json(const Agreement& agreement);
std::string to_table(const Agreement& agreement);  // for a terminal

}  // namespace thoraxlite
