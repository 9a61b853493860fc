// Images by hospital and view, within which classes can be balanced: what a film's origin and its
// projection say of the class is then no help in learning it.
#pragma once

#include <string>
#include <vector>

#include "data/sample.h"

namespace thoraxlite {

// The stratum of each sample: its source, or the entry of same_hospital that names it, and, with
// views, its view. same_hospital: sources that are one hospital, joined by +, as "nih+rsna". views:
// AP and PA also of the column's guesses ("AP?") and with a posture ("AP Supine"); other texts as
// they are; where there is none, "unknown". Throws std::runtime_error for an entry of one source or
// with an empty name, and for a source in two.
std::vector<std::string> strata(const std::vector<Sample>& samples,
                                const std::vector<std::string>& same_hospital, bool views);

// Those that same_hospital names and no sample has, in its order.
std::vector<std::string> unknown_hospitals(const std::vector<Sample>& samples,
                                           const std::vector<std::string>& same_hospital);

}  // namespace thoraxlite
