// RLE as PS3.5 annex G has it.
#pragma once

#include "core/dicom/pixel_format.h"
#include "core/dicom/samples.h"

namespace thoraxlite {

// bytes: of one frame, all of its fragments. Errors: another number of segments than the pixels
// need, a segment that lies outside, one that ends before its pixels.
Result<Samples> decode_rle(ByteView bytes, const PixelFormat& format);

}  // namespace thoraxlite
