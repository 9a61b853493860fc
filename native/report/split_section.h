// One network on one split: every table and chart of its evaluation.
#pragma once

#include <string>

#include "evaluation/evaluation.h"

namespace thoraxlite {

// evaluation: of these images.
std::string split_html(const std::string& network, const std::string& split,
                       const ScoredImages& images, const Evaluation& evaluation);

}  // namespace thoraxlite
