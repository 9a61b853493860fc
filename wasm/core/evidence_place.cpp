#include "core/evidence_place.h"

#include <algorithm>

namespace thoraxlite {
namespace {

// The smallest upright rectangle around a mask, 0 .. 1 across and down the film.
struct Box {
  float left = 1;
  float right = 0;
  float top = 1;
  float bottom = 0;
};

Box box_of(const std::vector<std::uint8_t>& mask, int side) {
  Box box;
  for (std::size_t i = 0; i < mask.size(); ++i) {
    if (mask[i] == 0) continue;
    const auto x = static_cast<float>(i % static_cast<std::size_t>(side));
    const auto y = static_cast<float>(i / static_cast<std::size_t>(side));
    const auto whole = static_cast<float>(side);
    box.left = std::min(box.left, x / whole);
    box.right = std::max(box.right, (x + 1) / whole);
    box.top = std::min(box.top, y / whole);
    box.bottom = std::max(box.bottom, (y + 1) / whole);
  }
  return box;
}

int third(float at, float from, float to) {
  return std::clamp(static_cast<int>(3 * (at - from) / (to - from)), 0, 2);
}

}  // namespace

Peak peak_of(const std::vector<float>& map, int height, int width,
             const std::vector<std::uint8_t>& lung_field, int side) {
  const auto most = static_cast<int>(std::max_element(map.begin(), map.end()) - map.begin());
  Peak peak;
  peak.x = (static_cast<float>(most % width) + 0.5f) / static_cast<float>(width);
  peak.y = (static_cast<float>(most / width) + 0.5f) / static_cast<float>(height);
  const auto column = static_cast<int>(peak.x * static_cast<float>(side));
  const auto row = static_cast<int>(peak.y * static_cast<float>(side));
  peak.in_lungs =
      !lung_field.empty() && lung_field[static_cast<std::size_t>(row) * side + column] != 0;
  if (peak.in_lungs) {
    const Box lungs = box_of(lung_field, side);
    peak.across = peak.x < (lungs.left + lungs.right) / 2 ? Across::left : Across::right;
    peak.down = static_cast<Down>(third(peak.y, lungs.top, lungs.bottom));
  } else {
    peak.across = static_cast<Across>(third(peak.x, 0, 1));
    peak.down = static_cast<Down>(third(peak.y, 0, 1));
  }
  return peak;
}

const char* to_string(Across across) {
  if (across == Across::left) return "left";
  return across == Across::middle ? "middle" : "right";
}

const char* to_string(Down down) {
  if (down == Down::top) return "top";
  return down == Down::middle ? "middle" : "bottom";
}

}  // namespace thoraxlite
