// How the pixels of a data set are laid out: PS3.3 C.7.6.3, checked before anything is allocated.
#pragma once

#include "core/dicom/attributes.h"

namespace thoraxlite {

enum class Photometric {
  monochrome1,
  monochrome2,
  palette_color,
  rgb,
  ybr_full,
  ybr_full_422,
  ybr_of_codestream  // YBR_ICT and YBR_RCT, which JPEG 2000 undoes itself
};

struct PixelFormat {
  int rows = 0;
  int columns = 0;
  int frames = 1;   // as the file says
  int samples = 1;  // 1 or 3
  Photometric photometric = Photometric::monochrome2;
  bool is_planar = false;   // all of red, then all of green, then all of blue
  int bits_allocated = 16;  // 8 or 16
  int bits_stored = 16;     // 8 to bits_allocated
  int high_bit = 15;
  bool is_signed = false;

  bool is_grey() const {
    return photometric == Photometric::monochrome1 || photometric == Photometric::monochrome2;
  }
  std::size_t pixels() const { return std::size_t(rows) * std::size_t(columns); }
  std::size_t bytes_per_sample() const { return bits_allocated == 16 ? 2 : 1; }
  unsigned mask() const { return (1u << bits_stored) - 1; }
  unsigned code(unsigned sample) const {  // the stored bits of a sample
    return sample >> (high_bit + 1 - bits_stored) & mask();
  }
};

// Errors: what is missing, out of range, or larger than core/image/decode.h allows.
Result<PixelFormat> read_pixel_format(const DataSet& data);

}  // namespace thoraxlite
