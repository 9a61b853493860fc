// How many cores there are to work on. Without LibTorch.
#pragma once

namespace thoraxlite {

// Those that the process may use, at least 1.
int cores_of_this_process();

}  // namespace thoraxlite
