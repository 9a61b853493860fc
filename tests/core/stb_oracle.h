// A second decoder, to hold the core's against.
#pragma once

#include "core/image/grey_image.h"
#include "made_images.h"

namespace thoraxlite {

// By stb_image; width 0 where it cannot.
GreyImage decode_by_stb(const Bytes& file);

}  // namespace thoraxlite
