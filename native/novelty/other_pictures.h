// Pictures that are no frontal chest films: films turned, cut up or inverted, and drawings of other
// things. What novelty is fitted against and what it is measured on.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "core/image/grey_image.h"

namespace thoraxlite {

// Ways to make a film into none. The image must be square.
enum class Spoiling {
  turned_left,
  turned_right,
  upside_down,  // by half a turn
  flipped,      // top for bottom
  scrambled_2,  // tiles of a 2x2, 4x4 or 7x7 grid in another order
  scrambled_4,
  scrambled_7,
  inverted
};

inline constexpr Spoiling kSpoilings[] = {
    Spoiling::turned_left, Spoiling::turned_right, Spoiling::upside_down, Spoiling::flipped,
    Spoiling::scrambled_2, Spoiling::scrambled_4,  Spoiling::scrambled_7, Spoiling::inverted};

const char* to_string(Spoiling spoiling);

// The same seed gives the same order of tiles, on every machine.
GreyImage spoil(const GreyImage& film, Spoiling spoiling, std::uint64_t seed);

// Drawings, 8 bit, [size, size].
enum class Drawing {
  clouds,  // smooth noise of several scales
  noise,   // every pixel by itself
  text,    // a page of lines of letters' size
  grid,    // a test pattern
  hand,    // bones of a hand, as a radiograph shows them
  skull    // a skull from the front, as a radiograph shows it
};

inline constexpr Drawing kDrawings[] = {Drawing::clouds, Drawing::noise, Drawing::text,
                                        Drawing::grid,   Drawing::hand,  Drawing::skull};

const char* to_string(Drawing drawing);

GreyImage draw(Drawing drawing, int size, std::uint64_t seed);

}  // namespace thoraxlite
