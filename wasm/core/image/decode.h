// An image file's bytes to grey pixels. Every byte is taken as hostile.
#pragma once

#include "core/image/grey_image.h"
#include "core/result.h"

namespace thoraxlite {

// Larger images are refused before anything is allocated for them.
inline constexpr int kMaxImageSide = 16384;  // pixels
inline constexpr long long kMaxImageArea =
    40'000'000;  // pixels; a 43x43 cm film at 100 um has 18.5 M

// JPEG (baseline and progressive, 8 bit, grey or YCbCr/RGB) and PNG (8 and 16 bit, any colour
// type). Colour becomes luma as stb_image computes it; 16-bit files keep 16 bits. Errors: empty,
// not JPEG or PNG (naming what it is where the first bytes tell), truncated, CMYK, animated PNG,
// PNG checksum mismatch, over the limits above, or what the decoder says.
Result<GreyImage> decode_image(ByteView file);

struct ColourImage {
  GreyImage grey;
  float colourfulness = 0;  // mean over pixels of (max(R, G, B) - min(R, G, B)) / white, 0 .. 1
};

// The same, with what was lost by taking the luma only.
Result<ColourImage> decode_colour_image(ByteView file);

}  // namespace thoraxlite
