// An ablation as one HTML file that needs nothing else.
#pragma once

#include <string>

#include "evaluation/ablation.h"

namespace thoraxlite {

// A chart of each figure with a row's mean and interval over seeds, a chart of each figure's
// differences, and every number in tables. The same ablation gives the same bytes.
std::string to_html(const std::string& title, const Ablation& ablation);

}  // namespace thoraxlite
