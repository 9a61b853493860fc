// How much training comes after each stage of an experiment, for the time left of all of them.
#pragma once

#include <vector>

#include "commands/check_stages.h"
#include "training/parallel.h"

namespace thoraxlite {

// [stages]: what follows each, as if it were epochs of that stage. Architectures differ in speed:
// that is taken from the time of a forward pass of each, here and now, as three of them for a
// step (its backward pass costs about two), and one of each guide that is not cached. Epochs that
// lie behind a stage already do not count. So it is about right, as far as the stages see as many
// images an epoch.
std::vector<double> later_epochs(const std::vector<PlannedStage>& stages, const Parallel& parallel);

}  // namespace thoraxlite
