// Which kernels this processor can run.
#pragma once

#include <vector>

#include "core/engine/simd/kernels.h"

namespace thoraxlite {

// The fastest first; at least one.
std::vector<const Kernels*> kernels_of_this_processor();

}  // namespace thoraxlite
