// Grey pixels at the full bit depth of their file.
#pragma once

#include <cstdint>
#include <vector>

namespace thoraxlite {

struct GreyImage {
  int width = 0;
  int height = 0;
  std::uint16_t max_value = 255;      // white: 255 for 8-bit files, 65535 for 16-bit files
  std::vector<std::uint16_t> pixels;  // [height, width], 0 .. max_value, 0 is black
};

}  // namespace thoraxlite
