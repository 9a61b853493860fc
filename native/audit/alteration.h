// Changes to a film on which no call ought to hang: each leaves what the film shows as it is, up to
// some strength. Needs no LibTorch.
#pragma once

#include <cstdint>
#include <vector>

#include "audit/picture.h"

namespace thoraxlite {

// p is a pixel, 0 .. 1; what comes out is cut off at both. Where a pixel is taken from beyond the
// border, the border's is taken.
enum class Alteration {
  brightness,  // p + s
  contrast,    // m + s (p - m), m the film's mean
  gamma,       // p^s
  blur,        // Gaussian of deviation s, in pixels, cut off at 3 s
  noise,       // p + s z, z standard normal, each pixel by itself
  jpeg,        // written as a grey JPEG of quality 100 - s, and read by the core
  rotation,    // by s degrees around the middle, clockwise, bilinear
  crop,        // the share s of the side cut off at all four, the rest stretched, bilinear
  flip         // left for right; s = 1
};

struct AlterationKind {
  Alteration alteration;
  const char* name;               // as the enumerator is written
  const char* strength;           // what s is, for an axis
  double none;                    // the s that changes nothing
  std::vector<double> strengths;  // in order, with `none`
  bool has_small_steps;           // the strengths beside `none` are small ones
};

const std::vector<AlterationKind>& alteration_kinds();

// The same seed gives the same noise. s of `none` gives the picture itself. Throws
// std::runtime_error if the core cannot read the JPEG.
Picture altered(const Picture& picture, Alteration alteration, double s, std::uint64_t seed);

}  // namespace thoraxlite
