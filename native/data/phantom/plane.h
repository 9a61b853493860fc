// A square plane of floats and the two brushes that fill it: a swept ball and smooth noise.
//
// Body coordinates: the image shows about [-1, 1] both ways, x to the right of the image (the
// patient's left), y downwards, z away from the film. A thickness of 1 is a chest's depth.
#pragma once

#include <cstddef>
#include <vector>

#include "data/phantom/random.h"

namespace thoraxlite::phantom {

struct Point {
  float x = 0;
  float y = 0;
};

// A rotation, kept as its cosine and sine. From tan(angle / 2), since that needs no libm; for small
// angles half_tangent is half the angle in radians.
struct Turn {
  float cosine = 1;
  float sine = 0;

  static Turn from_half_tangent(float half_tangent);
  Point apply(Point p) const { return {cosine * p.x - sine * p.y, sine * p.x + cosine * p.y}; }
  Point undo(Point p) const { return {cosine * p.x + sine * p.y, cosine * p.y - sine * p.x}; }
};

// How the patient stands before the film: scale, then turn, then shift.
struct Pose {
  float scale_x = 1;
  float scale_y = 1;
  Turn turn;
  Point shift;

  Point to_image(Point body) const;  // image: [-1, 1] both ways
  Point from_image(Point image) const;
  float scale() const { return 0.5f * (scale_x + scale_y); }
};

// A place on the path of a swept ball, in body coordinates.
struct Bead {
  float x = 0;
  float y = 0;
  float z = 0;
  float radius = 0;
  float thickness = 0;  // at the middle of a straight tube that lies across the beam
};

struct Plane {
  explicit Plane(int side)
      : size(side), values(static_cast<std::size_t>(side) * static_cast<std::size_t>(side)) {}

  float* row(int y) { return values.data() + static_cast<std::size_t>(y) * size; }
  const float* row(int y) const { return values.data() + static_cast<std::size_t>(y) * size; }

  int size = 0;
  std::vector<float> values;  // [size, size]
};

// Adds the thickness of a ball swept along the path: a tube, thicker to the beam where it turns
// into depth. hollow in [0, 1] is how much of the tube's core is missing (bone: a bright rim).
void sweep(Plane& plane, const Pose& pose, const std::vector<Bead>& path, float hollow = 0);

// Adds smooth noise of standard deviation about `amplitude` with `cells` bumps a side. How many
// numbers it draws does not depend on the plane's size.
void add_noise(Plane& plane, Random& random, int cells, float amplitude);

}  // namespace thoraxlite::phantom
