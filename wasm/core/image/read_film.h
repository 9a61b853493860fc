// A film as the network and the refusals need it: averaged onto the network's grid, with what the
// full-resolution pixels tell beside it.
#pragma once

#include <cstdint>
#include <vector>

#include "core/image/decode_memory.h"
#include "core/image/grey_image.h"
#include "core/result.h"

namespace thoraxlite {

struct Film {
  int width = 0;   // pixels of the file, upright
  int height = 0;  // pixels of the file, upright
  std::uint16_t max_value = 255;
  float colourfulness = 0;  // mean over pixels of (max(R, G, B) - min(R, G, B)) / white; 0 is grey
  std::uint16_t darkest = 0;    // of all pixels, 0 .. max_value
  std::uint16_t brightest = 0;  // of all pixels, darkest .. max_value
  std::vector<float> pixels;    // [size, size], area average, 0 .. 1, 0 is black, upright
  bool was_turned = false;      // its file stores it otherwise
};

// size: side of the network's input, above 0. Errors: those of decode_image.
Result<Film> read_film(ByteView file, int size);

// The same for one film after another: memory that grows with a film is kept for the next.
Result<Film> read_film(ByteView file, int size, DecodeMemory& memory);

// The same from pixels that the caller has decoded; colourfulness is 0.
Film to_film(const GreyImage& image, int size);

}  // namespace thoraxlite
