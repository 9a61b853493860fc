#include "core/image/exif.h"

namespace thoraxlite {

Orientation exif_orientation(ByteView tiff) {
  constexpr std::uint32_t kOrientation = 0x0112;
  constexpr std::uint32_t kShort = 3;
  constexpr std::uint32_t kLong = 4;
  if (tiff.size < 8) return {};
  const bool is_big_endian = tiff.data[0] == 'M';
  const auto number = [&](std::size_t at, int count) {
    std::uint32_t value = 0;
    for (int i = 0; i < count; ++i) {
      value |= std::uint32_t{tiff.data[at + static_cast<std::size_t>(i)]}
               << 8 * (is_big_endian ? count - 1 - i : i);
    }
    return value;
  };
  const std::size_t directory = number(4, 4);
  if (number(2, 2) != 42 || directory > tiff.size - 2) return {};
  std::size_t at = directory + 2;
  for (std::uint32_t left = number(directory, 2); left > 0 && tiff.size - at >= 12;
       --left, at += 12) {
    const std::uint32_t type = number(at + 2, 2);
    if (number(at, 2) != kOrientation || (type != kShort && type != kLong)) continue;
    // Where the first row and the first column of the stored picture belong.
    switch (number(at + 8, type == kShort ? 2 : 4)) {
      case 2:
        return {false, true, false};
      case 3:
        return {false, true, true};
      case 4:
        return {false, false, true};
      case 5:
        return {true, false, false};
      case 6:
        return {true, true, false};
      case 7:
        return {true, true, true};
      case 8:
        return {true, false, true};
      default:
        return {};
    }
  }
  return {};
}

}  // namespace thoraxlite
