#include "core/film_change.h"

#include <cstddef>

namespace thoraxlite {

const char* to_string(FilmChange change) {
  switch (change) {
    case FilmChange::none:
      break;
    case FilmChange::inverted:
      return "inverted";
    case FilmChange::turned_90:
      return "turned_90";
    case FilmChange::turned_180:
      return "turned_180";
    case FilmChange::turned_270:
      return "turned_270";
  }
  return "none";
}

std::vector<float> changed(std::vector<float> pixels, int size, FilmChange change) {
  if (change == FilmChange::none) return pixels;
  const auto side = static_cast<std::size_t>(size);
  std::vector<float> after(pixels.size());
  for (std::size_t y = 0; y < side; ++y) {
    for (std::size_t x = 0; x < side; ++x) {
      const float value = pixels[y * side + x];
      const std::size_t right = side - 1 - x;
      const std::size_t below = side - 1 - y;
      switch (change) {
        case FilmChange::turned_90:
          after[x * side + below] = value;
          break;
        case FilmChange::turned_180:
          after[below * side + right] = value;
          break;
        case FilmChange::turned_270:
          after[right * side + y] = value;
          break;
        default:
          after[y * side + x] = 1 - value;
      }
    }
  }
  return after;
}

}  // namespace thoraxlite
