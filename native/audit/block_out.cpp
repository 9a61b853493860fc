#include "audit/block_out.h"

#include <algorithm>
#include <cmath>
#include <numeric>

namespace thoraxlite {
namespace {

// How far a place lies from the nearest end of its row or column, pixels.
int from_end(int place, int side) {
  return std::min(place, side - 1 - place);
}

bool is_blocked(BlockOut part, int x, int y, int side, bool in_lungs) {
  const int across = from_end(x, side), down = from_end(y, side);
  const auto pixels = [&](double share) { return static_cast<int>(std::lround(share * side)); };
  const bool border = std::min(across, down) < pixels(kBorder);
  const bool corner = std::max(across, down) < pixels(kCorner);
  switch (part) {
    case BlockOut::lungs:
      return in_lungs;
    case BlockOut::all_but_lungs:
      return !in_lungs;
    case BlockOut::border:
      return border;
    case BlockOut::corners:
      return corner;
    case BlockOut::border_and_corners:
      return border || corner;
  }
  return false;
}

}  // namespace

const char* to_string(BlockOut part) {
  constexpr const char* kNames[] = {"lungs", "all_but_lungs", "border", "corners",
                                    "border_and_corners"};
  return kNames[static_cast<int>(part)];
}

const char* in_words(BlockOut part) {
  constexpr const char* kWords[] = {"the lungs black", "all but the lungs grey", "the border grey",
                                    "the corners grey", "border and corners grey"};
  return kWords[static_cast<int>(part)];
}

bool needs_lungs(BlockOut part) {
  return part == BlockOut::lungs || part == BlockOut::all_but_lungs;
}

Picture blocked_out(const Picture& picture, BlockOut part, const std::vector<std::uint8_t>& lungs) {
  const float fill =
      part == BlockOut::lungs
          ? 0.0f
          : static_cast<float>(std::accumulate(picture.pixels.begin(), picture.pixels.end(), 0.0) /
                               static_cast<double>(picture.pixels.size()));
  Picture result = picture;
  for (int y = 0; y < picture.side; ++y) {
    for (int x = 0; x < picture.side; ++x) {
      const auto at = static_cast<std::size_t>(y) * static_cast<std::size_t>(picture.side) +
                      static_cast<std::size_t>(x);
      const bool in_lungs = needs_lungs(part) && lungs[at] != 0;
      if (is_blocked(part, x, y, picture.side, in_lungs)) result.at(x, y) = fill;
    }
  }
  return result;
}

}  // namespace thoraxlite
