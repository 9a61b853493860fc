// Operating points of all labels, and what they are worth: by Youden's index, which is the default
// of a model file, and the sets beside it that a reader may choose instead (core/model/model.h).
#pragma once

#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "core/model/model.h"
#include "evaluation/operating_point.h"
#include "evaluation/scored_images.h"

namespace thoraxlite {

// Films with a finding, and films without it, that a set beside the default is chosen by at least:
// of fewer than 20 films with it none may be missed at a sensitivity of 0.95.
inline constexpr int kFewestToChoose = 20;

// One a label, by its images of which the label is known; sensitivity and specificity are those of
// the images that they were chosen on, threshold_95 is threshold_interval(). A label with fewer
// than `fewest` images on one side has no threshold (has_threshold is false, threshold 0.5), only
// its counts. fewest: at least 1.
std::vector<OperatingPoint> choose_points(const ScoredImages& validation, const ThresholdRule& rule,
                                          int fewest);

// Sensitivity 0.90 and 0.95 of all images, then all three rules of adults alone: the images that
// are not known to be of children. Those of adults only where some image is known to be of a child.
// A set in which no label but `neither` (empty: none) has a threshold is left out;
// without_threshold has a sentence for each label that lacks one, with its counts.
struct OperatingSets {
  std::vector<OperatingSet> sets;
  std::vector<std::string> without_threshold;
};
OperatingSets choose_sets(const ScoredImages& validation, const std::string& neither);

// How the sets fare on other images, as it stands in a card's evaluation (wasm/README.md): of each
// label that has a threshold, counts, sensitivity and specificity with their 95 % intervals by
// patient; the same of adults alone, where some image is known to be of a child.
nlohmann::ordered_json sets_json(const std::vector<OperatingSet>& sets, const ScoredImages& images);

// What stands before and behind the slash of a set's name: {"sensitivity_90", "adults"}, and "all"
// where there is none.
struct SetName {
  std::string rule, population;
};
SetName parts_of(const std::string& name);

}  // namespace thoraxlite
