// Everything that is said about a model on one split: overall, per source, per finding and per
// subgroup.
#pragma once

#include <map>
#include <nlohmann/json.hpp>
#include <optional>
#include <string>
#include <vector>

#include "evaluation/calibration.h"
#include "evaluation/classification.h"
#include "evaluation/findings.h"
#include "evaluation/operating_point.h"
#include "evaluation/roc.h"
#include "evaluation/scored_images.h"
#include "evaluation/subgroups.h"

namespace thoraxlite {

// Where exactly one label is present: an image is called by its highest score.
struct ClassEvaluation {
  ClassificationReport overall;
  std::map<std::string, ClassificationReport> by_source;
};

struct SubgroupEvaluation {
  std::string column, value;  // "age", "18-39"
  std::optional<ClassificationReport> classes;
  FindingsReport findings;
};

struct Evaluation {
  std::vector<std::string> labels;
  std::optional<ClassEvaluation> classes;  // of datasets whose labels exclude each other
  FindingsReport findings;
  std::map<std::string, FindingsReport> findings_by_source;  // no source is called ""
  std::vector<SubgroupEvaluation> subgroups;                 // one column's after the other's
};

struct EvaluationOptions {
  std::vector<std::string> subgroups = {};  // columns, as subgroups_by() takes them
  int resamples = 1000;                     // of the bootstrap; 0: its intervals are NaN
};

// thresholds: one a label, of no use where the images bring their calls. Throws std::runtime_error
// as check() and subgroups_by() do, and for the number of thresholds.
Evaluation evaluate(const ScoredImages& images, const std::vector<float>& thresholds,
                    const EvaluationOptions& options = {});

// The one figure by which epochs and runs are compared; larger is better, 0 to 1. Macro F1 where
// labels exclude each other; else the mean AUROC, which needs no threshold; else, where no label
// has both sides, macro F1 at the thresholds; 0 where nothing at all is defined.
double selection_figure(const Evaluation& evaluation);

nlohmann::ordered_json to_json(const Evaluation& evaluation);
std::string to_table(const Evaluation& evaluation);  // for a terminal; UTF-8

}  // namespace thoraxlite
