// Secondary captures in colour to grey.
#pragma once

#include "core/image/grey_image.h"
#include "dicom/image_format.h"

namespace thoraxlite {

struct GreyOfColour {
  std::vector<std::uint16_t> pixels;  // 0 black to 65535 white
  float colourfulness = 0;            // mean over pixels of (max(R,G,B) - min(R,G,B)) / white
};

// samples: as decoded, [pixels, 3] or planes; for YBR_FULL_422 as PS3.3 C.7.6.3.1.2 packs it where
// there are two a pixel.
GreyOfColour grey_of_colour(const std::vector<std::uint16_t>& samples, const ImageFormat& format);

// PALETTE COLOR (C.7.9).
Result<GreyOfColour> grey_of_palette(DcmItem& data, const std::vector<std::uint16_t>& samples,
                                     const ImageFormat& format);

}  // namespace thoraxlite
