// libjpeg-turbo, to hold the core's own JPEG decoder to: the same pixels and the same refusals. Its
// encoder makes files of every kind.
#pragma once

#include <string>

#include "core/image/grey_image.h"
#include "made_images.h"

namespace thoraxlite {

struct LibjpegResult {
  std::string wrong;  // empty, or the sentence that the core would say
  int width = 0;
  int height = 0;
  std::vector<std::vector<std::uint8_t>>
      components;  // each [height, width], repeated where coarser
};

// Whose inverse DCT: the library's C, or the core's, which differ where a hostile file's numbers
// leave 16 bits.
enum class OracleDct { of_library, of_core };

// Whatever the library warns of is an error, as the core has it. The container is the core's.
LibjpegResult decode_by_libjpeg(const std::uint8_t* bytes, std::size_t size, OracleDct dct);

struct LibjpegKind {
  int width = 8;
  int height = 8;
  int components = 1;  // 1, or 3 of YCbCr
  int quality = 90;
  bool is_progressive = false;
  bool is_optimised = false;  // codes of its own instead of the standard ones
  bool has_one_scan_each = false;
  int restart_interval = 0;  // MCUs
  int horizontal = 1;        // sampling factors of Y
  int vertical = 1;
  int step = 0;  // of quantisation throughout, where not 0; above 255 they take 16 bits
};

// pixels: [height, width, components].
Bytes encode_by_libjpeg(const LibjpegKind& kind, const Bytes& pixels);

// Grey or colour with edges, slopes and noise, which so depends on `seed`.
Bytes busy_pixels(int width, int height, int components, std::uint32_t seed);

// A film's worth of kinds, small ones: each setting above, alone and together.
std::vector<LibjpegKind> libjpeg_kinds();

}  // namespace thoraxlite
