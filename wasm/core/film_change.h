// What a person had done to a film before it was scored.
#pragma once

#include <vector>

namespace thoraxlite {

enum class FilmChange {
  none,
  inverted,    // black and white swapped
  turned_90,   // clockwise
  turned_180,  // stood on its feet
  turned_270,  // clockwise, which is a quarter the other way
};

// pixels: [size, size], 0 .. 1, 0 is black.
std::vector<float> changed(std::vector<float> pixels, int size, FilmChange change);

const char* to_string(FilmChange change);  // as the enumerator is written

}  // namespace thoraxlite
