// What a finding looks like: how much of the lung's air it replaces, and where.
#pragma once

#include <vector>

#include "data/phantom/anatomy.h"
#include "data/phantom/plane.h"
#include "data/phantom/random.h"

namespace thoraxlite::phantom {

struct Opacity {
  Point centre;  // body coordinates, inside the lung
  float radius_x = 0;
  float radius_y = 0;
  Turn turn;
  float density = 0;     // part of the air that is gone in the middle
  float softness = 1;    // part of the radius over which the edge fades
  float raggedness = 0;  // how far noise pushes the edge and mottles the inside
  float fissure = 0;     // -1: cut sharply from above, 1: from below, 0: not at all
};

std::vector<Opacity> draw_lobar(const Anatomy& anatomy, Random& random);
std::vector<Opacity> draw_diffuse(const Anatomy& anatomy, Random& random);

// Adds the part of the air that is replaced, 0 .. 1.
void add_opacities(Plane& density, const Pose& pose, const std::vector<Opacity>& opacities,
                   Random& random);

}  // namespace thoraxlite::phantom
