// The chunks of a PNG file that decide its pixels. W3C PNG specification, section 11.
#pragma once

#include <vector>

#include "core/image/exif.h"
#include "core/result.h"

namespace thoraxlite {

struct PngHeader {
  enum ColourType { kGrey = 0, kRgb = 2, kPalette = 3, kGreyAlpha = 4, kRgba = 6 };

  int width = 0;      // pixels, above 0
  int height = 0;     // pixels, above 0
  int bit_depth = 8;  // of a sample: 1, 2, 4, 8 or 16, as the colour type allows
  ColourType colour_type = kGrey;
  bool is_interlaced = false;

  int bits_per_pixel() const;
};

struct PngChunks {
  PngHeader header;
  Orientation orientation;       // how its pixels come upright
  ByteView palette;              // of the file: three bytes a colour, at most 256 colours
  std::vector<ByteView> pixels;  // of the file: the pieces of the zlib stream, at least one
};

// Checks every chunk's checksum, order and length. Errors: truncated, damaged, animated, or a
// critical chunk that is not in the specification.
Result<PngChunks> read_png_chunks(ByteView file);

}  // namespace thoraxlite
