// The figures of a k-fold cross-validation: of every fold's held-out images, and of all of them
// together.
#pragma once

#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "evaluation/clusters.h"
#include "evaluation/interval.h"
#include "evaluation/scored_images.h"

namespace thoraxlite {

struct FoldFigure {
  std::string name;   // of evaluation/figures.h
  double value = 0;   // NaN where the images do not define it
  Interval interval;  // 95%, as evaluate() gives it
};

struct FoldFigures {
  std::string name;  // "fold 1", or "all folds"
  std::size_t images = 0;
  Units over;  // what the intervals are over
  std::vector<FoldFigure> figures;
};

// Of a figure over the folds, without an interval: folds share most of their training images, and
// no estimate of the variance of their mean is unbiased (Bengio and Grandvalet 2004). NaN where a
// fold does not define it.
struct FigureSpread {
  std::string name;
  double mean = 0, low = 0, high = 0;
};

struct CrossValidation {
  std::string dealt;               // what was dealt out, and by what
  std::vector<FoldFigures> folds;  // in their order
  FoldFigures pooled;              // every image once, as a network said that had not seen it
  std::vector<FigureSpread> spread;
};

// held_out: a fold's images each, as check() of scored_images.h accepts them; with the calls of the
// fold's own network, and with ranks that compare between networks: calibrated. Throws
// std::runtime_error as check() does.
CrossValidation cross_validate(const std::string& dealt, const std::vector<ScoredImages>& held_out);

nlohmann::ordered_json to_json(const CrossValidation& validation);
std::string to_table(const CrossValidation& validation);  // for a terminal; UTF-8

}  // namespace thoraxlite
