// Where the brightest place of an evidence map lies, for a sentence about it.
#pragma once

#include <cstdint>
#include <vector>

namespace thoraxlite {

// Of the picture, whose left is the patient's right.
enum class Across { left, middle, right };
enum class Down { top, middle, bottom };

struct Peak {
  float x = 0;  // of the place's middle, 0 .. 1 across the film
  float y = 0;  // and down it
  bool in_lungs = false;
  // In the lungs: their left or right half, and the third of their height. Else the thirds of the
  // film.
  Across across = Across::left;
  Down down = Down::top;
};

// map: [height, width], some value above 0. lung_field: [side, side], 1 inside; empty: none.
Peak peak_of(const std::vector<float>& map, int height, int width,
             const std::vector<std::uint8_t>& lung_field, int side);

const char* to_string(Across across);  // as the enumerator is written
const char* to_string(Down down);

}  // namespace thoraxlite
