// Whether a model's evidence lies where the finding is, on drawn films of which that is known.
#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <vector>

#include "core/screener.h"

namespace thoraxlite {

// Of one finding's maps, over all films.
struct PhantomEvidence {
  std::string label;
  std::int64_t hits = 0;  // films whose map has its maximum on the opacity
  double chance = 0;      // the mean share of positions that lie on it
  double area = 0;        // how well the map tells them from the others: mean area under the ROC
                          // curve, 0.5 by chance
  double change = 0;      // how well the size of what the opacity changed in the map does
};

// Draws `films` phantoms with one lobar opacity, and the same ones without it: those of one seed
// differ by nothing else. Calls `done` after each. One entry a label. Throws std::runtime_error if
// the model gives no evidence.
std::vector<PhantomEvidence> measure_phantom_evidence(Screener& screener, std::int64_t films,
                                                      const std::function<void()>& done);

}  // namespace thoraxlite
