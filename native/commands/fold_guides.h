// Who may teach a network of which images are held out, as a fold or since their hospital is left
// out: nobody who has seen them.
#pragma once

#include <string>

#include "training/run_options.h"

namespace thoraxlite {

// The options with a folder that has a folder `part` ("fold-2", a hospital), where one is named as
// a guide or as a start, replaced by that: the run that another such command left for the same
// part.
RunOptions with_guides_of_part(RunOptions options, const std::string& part);

// Throws std::runtime_error for a guide or a start that was trained on the same data in other
// folds, hospitals or splits, so that it may have learned from what these options hold out. digest:
// of that data's lists, as dataset_digest() gives it.
void check_guides_of_fold(const RunOptions& options, const std::string& digest);

}  // namespace thoraxlite
