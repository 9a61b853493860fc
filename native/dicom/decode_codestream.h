// JPEG-LS by CharLS, JPEG 2000 and HTJ2K by OpenJPEG.
#pragma once

#include "core/dicom/frames.h"

namespace thoraxlite {

// frame: of one of those codings. Errors: damaged or truncated, not what the data set says.
Result<Samples> decode_codestream(const FrameBytes& frame, const PixelFormat& format);

}  // namespace thoraxlite
