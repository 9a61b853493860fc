// Secondary captures in colour to grey.
#pragma once

#include "core/dicom/pixel_format.h"
#include "core/dicom/samples.h"

namespace thoraxlite {

struct GreyOfColour {
  std::vector<std::uint16_t> pixels;  // 0 black to 65535 white
  float colourfulness = 0;            // mean over pixels of (max(R,G,B) - min(R,G,B)) / white
  bool is_reread = false;  // as RGB or YBR against what the file says, since only so it is grey
};

GreyOfColour grey_of_colour(const Samples& samples, const PixelFormat& format);

// PALETTE COLOR (C.7.9).
Result<GreyOfColour> grey_of_palette(const DataSet& data, const Samples& samples,
                                     const PixelFormat& format);

}  // namespace thoraxlite
