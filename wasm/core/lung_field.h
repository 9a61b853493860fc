// About where the lungs are: enough to say whether evidence lies in them or in a corner, a mark or
// the patient's shoulder.
//
// Two lungs of a fixed shape are fitted to the film: each has a straight inner border, an outer
// border that is an ellipse's, and a domed base. Seven numbers (the middle, the gap at the spine,
// the top, both outer borders and both bases) are moved, one at a time and ever less, towards
//
//   contrast = (mean brightness of a rim around the lungs - mean inside) / deviation of the film
//              - weight * sum over the numbers of ((value - usual value) / usual deviation)^2
//
// since air is dark, and what surrounds it is not.
//
// Limits: frontal, upright, not inverted, both lungs in the film. The heart's border is not drawn:
// the shadow of the heart beside the spine counts as lung. A lung that an opacity fills entirely is
// placed by its usual shape alone. It is no segmentation to measure anything by.
#pragma once

#include <cstdint>
#include <vector>

namespace thoraxlite {

// pixels: [size, size], 0 is black, any range; size above 0. The mask: [size, size], 1 inside.
std::vector<std::uint8_t> lung_field(const std::vector<float>& pixels, int size);

}  // namespace thoraxlite
