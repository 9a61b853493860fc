// The gradients of a network between two steps.
#pragma once

#include "models/network.h"

namespace thoraxlite {

// Leaves no gradient, so that the next backward pass puts its own there; zeros, to which it would
// have to add, cost two passes over all weights.
inline void forget_gradients(Network& network) {
  for (torch::Tensor parameter : network.parameters()) parameter.mutable_grad().reset();
}

}  // namespace thoraxlite
