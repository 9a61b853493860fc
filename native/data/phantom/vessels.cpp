#include <cmath>

#include "data/phantom/anatomy.h"

namespace thoraxlite::phantom {
namespace {

constexpr float kThinnest = 0.0022f;

struct Branch {
  Point at;
  Point direction;  // unit length
  float radius;
};

// Walks a branch outwards, splitting in two until it is too thin to see or leaves the lung.
void grow(Plane& vessels, const Pose& pose, const Anatomy& anatomy, Branch branch, int depth,
          Random& random) {
  if (depth == 0 || branch.radius < kThinnest) return;
  const float length = random.between(3.8f, 7.4f) * std::sqrt(branch.radius * 0.022f);
  const float bend = random.between(-0.12f, 0.12f);
  const Turn half_turn = Turn::from_half_tangent(0.5f * bend);
  std::vector<Bead> path;
  Point at = branch.at;
  Point direction = branch.direction;
  for (int i = 0; i <= 2; ++i) {
    const float radius = branch.radius * (1 - 0.09f * static_cast<float>(i));
    path.push_back({at.x, at.y, 0, radius, 0.012f + 3.4f * radius});
    if (i == 2) break;
    at = {at.x + 0.5f * length * direction.x, at.y + 0.5f * length * direction.y};
    direction = half_turn.apply(direction);
  }
  sweep(vessels, pose, path);
  const Lung& lung = anatomy.lungs[at.x < 0 ? image_left : image_right];
  if (std::abs(at.x) > lung.outer_border(at.y) || at.y < lung.apex) return;
  const float share = random.between(0.60f, 0.88f);
  const float spread = random.between(0.10f, 0.26f);
  const float sign = random.chance(0.5f) ? 1.0f : -1.0f;
  grow(vessels, pose, anatomy,
       {at, Turn::from_half_tangent(sign * spread * 0.55f).apply(direction), branch.radius * share},
       depth - 1, random);
  grow(vessels, pose, anatomy,
       {at, Turn::from_half_tangent(-sign * spread).apply(direction),
        branch.radius * (1.32f - share)},
       depth - 1, random);
}

}  // namespace

void add_airways(Plane& airways, const Pose& pose, const Anatomy& anatomy) {
  const float x = anatomy.spine_x;
  const float carina = anatomy.heart[3].centre.y + 0.13f;
  sweep(airways, pose,
        {{x, -1.3f, 0, 0.048f, 0.11f},
         {x - 0.005f, -0.7f, 0, 0.050f, 0.12f},
         {x - 0.012f, carina, 0, 0.048f, 0.11f}});
  sweep(airways, pose,
        {{x - 0.02f, carina, 0, 0.036f, 0.07f}, {x - 0.15f, carina + 0.13f, 0, 0.028f, 0.05f}});
  sweep(airways, pose,
        {{x, carina, 0, 0.034f, 0.07f}, {x + 0.18f, carina + 0.10f, 0, 0.026f, 0.04f}});
}

void add_vessels(Plane& vessels, const Pose& pose, const Anatomy& anatomy, Random& random) {
  constexpr int kTrunks = 10;
  for (Side side : {image_left, image_right}) {
    const float s = sign_of(side);
    const Point hilum{s * random.between(0.150f, 0.185f),
                      random.between(-0.12f, -0.06f) - (side == image_right ? 0.04f : 0.0f)};
    // From straight up over outwards to straight down; the lower lobes get the larger vessels.
    for (int i = 0; i < kTrunks; ++i) {
      const float t = (static_cast<float>(i) + random.between(0.15f, 0.85f)) / kTrunks;
      const float slope = 2 * t - 1;  // -1 up, 1 down
      const float outwards = 0.75f * (1.10f - slope * slope);
      const float norm = std::sqrt(outwards * outwards + slope * slope);
      const Point direction{s * outwards / norm, slope / norm};
      const float radius = random.between(0.012f, 0.019f) * (0.80f + 0.40f * t);
      const Point root{hilum.x + s * random.between(-0.02f, 0.03f),
                       hilum.y + 0.10f * slope + random.between(-0.02f, 0.02f)};
      grow(vessels, pose, anatomy, {root, direction, radius}, 7, random);
    }
    // The hilum itself: the pulmonary artery's descending trunk.
    sweep(vessels, pose,
          {{hilum.x - 0.03f * s, hilum.y - 0.05f, 0, 0.030f, 0.03f},
           {hilum.x + 0.01f * s, hilum.y + 0.03f, 0, 0.042f, 0.08f},
           {hilum.x + 0.03f * s, hilum.y + 0.18f, 0, 0.024f, 0.03f}});
  }
}

}  // namespace thoraxlite::phantom
