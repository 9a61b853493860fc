// What the network sees of a film: its lungs.
#pragma once

namespace thoraxlite {

// Of pixels in [0, 1]: a flatter film, or lung, counts as this, so that noise is not blown up.
inline constexpr float kLeastDeviation = 0.02f;

}  // namespace thoraxlite
