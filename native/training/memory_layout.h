// How the weights of convolutions lie in memory.
#pragma once

#include "models/network.h"

namespace thoraxlite {

// Convolutions take the layout of their weights; with channels last the student trained 1.4 times
// faster on two cores. Call it before an optimizer is made.
void use_channels_last(Network& network);

}  // namespace thoraxlite
