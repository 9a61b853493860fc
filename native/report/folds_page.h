// A k-fold cross-validation as one HTML file that needs nothing else.
#pragma once

#include <string>
#include <vector>

#include "evaluation/fold_figures.h"

namespace thoraxlite {

// A table and a chart of every fold's figures and of all folds together, and everything that is
// said of a split for the held-out images of all folds. The same figures give the same bytes.
std::string to_html(const std::string& title, const CrossValidation& validation,
                    const std::vector<ScoredImages>& held_out);

}  // namespace thoraxlite
