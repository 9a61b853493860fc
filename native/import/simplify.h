// Makes of a network as it was read the one that a model file holds: the same values by fewer and
// faster operators.
#pragma once

#include "import/layers.h"

namespace thoraxlite {

// Until nothing changes:
//
//   scale_shift behind a convolution, a linear layer or a scale_shift goes into its weights
//   scale_shift before a convolution without padding, or without a shift, too
//   relu becomes a setting of the layer before it
//   x * sigmoid(x) becomes silu, clip(a x + b, 0, h) / h hard_sigmoid, x * hard_sigmoid(x)
//   hard_swish a convolution of one pixel and the average pool behind it change places: less work
//   a convolution of one pixel on the input goes into the one behind it, where padding allows it
//
// and drops layers that nothing reads. Values stay what they were but for rounding.
void simplify(ImportedLayers& network);

}  // namespace thoraxlite
