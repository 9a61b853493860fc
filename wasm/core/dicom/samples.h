// One frame's samples as they are stored.
#pragma once

#include <cstdint>
#include <vector>

namespace thoraxlite {

struct Samples {
  std::vector<std::uint16_t> values;  // [pixels, samples], or [samples, pixels] where planar
  bool is_planar = false;
  bool is_rgb = false;  // the decoder has undone a colour transformation of its own
  bool is_packed_422 =
      false;  // uncompressed YBR_FULL_422, as PS3.3 C.7.6.3.1.2 packs it: two a pixel
  bool has_bytes_left = false;  // bytes that belong to no pixel lay behind them
};

}  // namespace thoraxlite
