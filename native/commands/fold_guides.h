// Who may teach a network that is trained on a fold: nobody who has seen what is held out.
#pragma once

#include "training/run_options.h"

namespace thoraxlite {

// The options with the folder of a `folds` command, where one is named as a guide or as a start,
// replaced by its run of the same fold.
RunOptions with_guides_of_fold(RunOptions options, int fold);

// Throws std::runtime_error for a guide or a start that was trained on the same data in other folds
// or splits, so that it may have learned from what these options hold out. digest: of that data's
// lists, as dataset_digest() gives it.
void check_guides_of_fold(const RunOptions& options, const std::string& digest);

}  // namespace thoraxlite
