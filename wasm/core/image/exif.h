// The orientation that a picture's Exif block states: JPEG has it in an APP1 segment, PNG in eXIf.
#pragma once

#include "core/film_facts.h"
#include "core/result.h"

namespace thoraxlite {

// tiff: the block from its byte order on (Exif 2.32, 4.5.2; TIFF 6.0, section 2). Upright where it
// says so, nothing, or what it says cannot be read: every browser and viewer takes it so.
Orientation exif_orientation(ByteView tiff);

}  // namespace thoraxlite
