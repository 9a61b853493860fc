// The operating points of a card: by which thresholds scores may be judged.
#pragma once

#include <string>
#include <vector>

#include "core/model/model.h"
#include "core/result.h"

namespace thoraxlite {

// What they are called: the default, then the card's operating_sets in their order.
std::vector<std::string> operating_points(const Card& card);

// The points of the one at `index` among them, one a label.
const std::vector<OperatingPoint>& points_of(const Card& card, std::size_t index);

// Whether any threshold was measured, by films with its finding and without. Where none was,
// findings are judged by no operating point.
bool has_measured_threshold(const Card& card);

// The place of `name` among them; the error lists them, or says that none was measured.
Result<std::size_t> find_operating_point(const Card& card, const std::string& name);

}  // namespace thoraxlite
