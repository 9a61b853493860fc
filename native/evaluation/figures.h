// A model's figures by name, as an ablation compares them.
#pragma once

#include <string>
#include <vector>

#include "evaluation/scored_images.h"

namespace thoraxlite {

// "accuracy"; "macro_precision", "macro_recall", "macro_f1", the same with "weighted_", and with
// "micro_" unless labels exclude each other (there each of the three is the accuracy);
// "mean_area_under_roc", "mean_average_precision".
std::vector<std::string> figure_names(bool exclusive);

// Where labels exclude each other, an image is called by its highest logit; else each label as
// is_called() says. images: as check() of scored_images.h accepts them. NaN where they do not
// define the figure. Throws std::runtime_error for a name that is not one of figure_names.
double figure(const std::string& name, const ScoredImages& images,
              const std::vector<float>& thresholds);

}  // namespace thoraxlite
