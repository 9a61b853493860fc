// Where a network's training starts.
#pragma once

#include "models/network.h"
#include "training/run_options.h"

namespace thoraxlite {

// Gives the network what --init names: files of weights, or the folder of a run whose best weights
// are meant; nothing where it names none. Throws std::runtime_error as load_pretrained() does, and
// for a run of another architecture.
void load_start(Network& network, const RunOptions& options);

}  // namespace thoraxlite
