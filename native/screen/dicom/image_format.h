// How the pixels of a data set are laid out: PS3.3 C.7.6.3, checked before anything is allocated.
#pragma once

#include "dicom/attributes.h"

namespace thoraxlite {

enum class Photometric { monochrome1, monochrome2, palette_color, rgb, ybr_full, ybr_full_422 };

struct ImageFormat {
  int rows = 0;
  int columns = 0;
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
  // Of an uncompressed frame; one of YBR_FULL_422 has one Cb and one Cr for two pixels.
  std::size_t frame_bytes() const {
    const int stored = photometric == Photometric::ybr_full_422 ? 2 : samples;
    return pixels() * std::size_t(stored) * std::size_t(bits_allocated / 8);
  }
  unsigned mask() const { return (1u << bits_stored) - 1; }
  unsigned code(unsigned sample) const {  // the stored bits of a sample
    return sample >> (high_bit + 1 - bits_stored) & mask();
  }
};

Result<ImageFormat> read_image_format(DcmItem& data);

}  // namespace thoraxlite
