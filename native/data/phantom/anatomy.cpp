#include "data/phantom/anatomy.h"

#include <algorithm>
#include <cmath>

namespace thoraxlite::phantom {
namespace {

constexpr float kApexHeight = 0.46f;  // over which a lung's top rounds off

float square(float x) {
  return x * x;
}

float torso_at(const Anatomy& anatomy, Point p) {
  const float across = square(p.x / anatomy.half_width);
  const float top = square(std::max(0.0f, -0.42f - p.y) / 0.52f);
  // A chest is flatter than an ellipse: the fourth power keeps it deep towards the sides.
  return anatomy.girth *
         std::sqrt(std::max(0.0f, 1 - 0.45f * across - 0.55f * square(across) - top));
}

float lung_at(const Lung& lung, float abs_x, float y) {
  const float outward = square(abs_x / lung.outer_border(y));
  if (outward >= 1) return 0;
  const float inward = std::max(0.0f, 1 - (abs_x - lung.medial) / 0.20f);
  const float inward4 = square(square(inward));
  const float up = square(std::max(0.0f, lung.apex + kApexHeight - y) / kApexHeight);
  const float cavity =
      lung.depth * std::sqrt(std::max(0.0f, 1 - outward - 0.9f * inward4 - 0.95f * up));
  // The dome is round in depth too: below its top, lung stays in front of and behind it.
  const float below = std::max(0.0f, y - lung.diaphragm(abs_x));
  return std::max(0.0f, cavity - 1.45f * std::sqrt(below / 0.30f));
}

}  // namespace

float Lump::chord(Point body) const {
  const Point p = turn.undo({body.x - centre.x, body.y - centre.y});
  const float e = square(p.x / radius_x) + square(p.y / radius_y);
  return e >= 1 ? 0.0f : depth * std::sqrt(1 - e * e);
}

float Lump::swell(Point body) const {
  const Point p = turn.undo({body.x - centre.x, body.y - centre.y});
  return depth * std::max(0.0f, 1 - square(p.x / radius_x) - square(p.y / radius_y));
}

float Lung::outer_border(float y) const {
  return lateral * (1 - taper * square(std::max(0.0f, 0.5f - y) / 1.3f));
}

float Lung::diaphragm(float abs_x) const {
  // Towards the middle the dome is flatter than towards the chest wall.
  const float radius = abs_x < dome_x ? 1.6f * dome_radius : dome_radius;
  const float s = std::min(1.0f, square((abs_x - dome_x) / radius));
  return dome + dome_height * (1 - std::sqrt(1 - s));
}

Anatomy draw_anatomy(Random& random) {
  Anatomy a;
  a.girth = random.between(0.88f, 1.14f);
  a.half_width = random.between(0.88f, 0.97f);
  a.spine_x = random.between(-0.02f, 0.02f);
  a.spine_bend = random.between(-0.03f, 0.03f);
  a.bone = random.between(0.75f, 1.2f);
  const float lateral = a.half_width - random.between(0.12f, 0.19f);
  const float taper = random.between(0.22f, 0.33f);
  const float apex = random.between(-0.86f, -0.78f);
  const float dome = random.between(0.34f, 0.56f);
  const float depth = random.between(0.74f, 0.84f);
  for (Lung& lung : a.lungs) {
    lung.lateral = lateral * random.between(0.98f, 1.02f);
    lung.taper = taper;
    lung.medial = random.between(0.085f, 0.125f);
    lung.apex = apex + random.between(-0.015f, 0.015f);
    lung.depth = depth;
    lung.dome = dome + random.between(-0.015f, 0.015f);
    lung.dome_x = random.between(0.30f, 0.38f);
    lung.dome_radius = lateral * 1.04f - lung.dome_x;
    lung.dome_height = random.between(0.24f, 0.34f);
  }
  a.lungs[image_right].dome += random.between(0.02f, 0.07f);  // the heart rests on it

  const float heart = random.between(0.86f, 1.10f);
  const float heart_y = a.lungs[image_right].dome - 0.19f * heart;
  const float knob_y = random.between(-0.42f, -0.35f);
  // Ventricles, right atrium, pulmonary trunk, aortic knob, ascending aorta with the upper caval
  // vein, and the vessels to the left arm.
  a.heart[0] = {{0.13f + random.between(-0.02f, 0.02f), heart_y},
                0.37f * heart,
                0.235f * heart,
                0.74f,
                Turn::from_half_tangent(random.between(0.26f, 0.42f))};
  a.heart[1] = {{-0.045f, heart_y - 0.02f}, 0.155f * heart, 0.27f * heart, 0.70f, Turn{}};
  a.heart[2] = {{0.08f, heart_y - 0.24f * heart},
                random.between(0.115f, 0.145f),
                0.19f,
                0.66f,
                Turn::from_half_tangent(-0.16f)};
  a.heart[3] = {{random.between(0.055f, 0.085f), knob_y},
                random.between(0.085f, 0.115f),
                random.between(0.10f, 0.13f),
                0.62f,
                Turn{}};
  a.heart[4] = {{-0.035f, heart_y - 0.42f * heart},
                random.between(0.095f, 0.13f),
                0.36f,
                0.60f,
                Turn::from_half_tangent(random.between(-0.02f, 0.05f))};
  a.heart[5] = {{0.05f, knob_y - 0.30f}, random.between(0.085f, 0.12f), 0.34f, 0.5f, Turn{}};
  a.belly = {{0, 1.15f}, 1.0f, random.between(0.70f, 0.85f), random.between(0.10f, 0.30f), Turn{}};

  const float breast = random.chance(0.5f) ? random.between(0.05f, 0.15f) : 0.0f;
  for (Side side : {image_left, image_right}) {
    a.breast[side] = {{sign_of(side) * random.between(0.46f, 0.54f), random.between(0.14f, 0.28f)},
                      random.between(0.30f, 0.38f),
                      random.between(0.30f, 0.40f),
                      breast,
                      Turn{}};
  }
  a.stomach_bubble = {{random.between(0.24f, 0.36f), a.lungs[image_right].dome + 0.13f},
                      random.between(0.07f, 0.14f),
                      random.between(0.04f, 0.075f),
                      random.chance(0.6f) ? random.between(0.10f, 0.32f) : 0.0f,
                      Turn::from_half_tangent(random.between(-0.1f, 0.1f))};
  a.arm_angle = random.between(0.0f, 0.28f);
  a.clavicle_y = random.between(-0.66f, -0.56f);
  a.clavicle_rise = random.between(0.04f, 0.17f);
  a.rib_drop = random.between(0.40f, 0.56f);
  return a;
}

float air_at(const Anatomy& anatomy, Point body) {
  const Lung& lung = anatomy.lungs[body.x < 0 ? image_left : image_right];
  const float air = lung_at(lung, std::abs(body.x), body.y);
  if (air <= 0) return 0;
  // Adding squares rounds off the notches where two parts meet.
  float heart = 0;
  for (const Lump& part : anatomy.heart) heart += square(part.chord(body));
  return std::max(0.0f, air - std::sqrt(heart));
}

void add_air(Plane& air, const Pose& pose, const Anatomy& anatomy) {
  const float step = 2.0f / static_cast<float>(air.size);
  for (int y = 0; y < air.size; ++y) {
    float* row = air.row(y);
    for (int x = 0; x < air.size; ++x) {
      row[x] += air_at(anatomy, pose.from_image({(static_cast<float>(x) + 0.5f) * step - 1,
                                                 (static_cast<float>(y) + 0.5f) * step - 1}));
    }
  }
}

void add_soft_tissue(Plane& tissue, const Pose& pose, const Anatomy& anatomy) {
  sweep(tissue, pose, {{0, -1.7f, 0, 0.29f, 0.66f}, {0, -0.62f, 0, 0.34f, 0.60f}});
  for (Side side : {image_left, image_right}) {
    const float s = sign_of(side);
    const float elbow = 1.04f + anatomy.arm_angle;
    const float shoulder = anatomy.clavicle_y - anatomy.clavicle_rise + 0.14f;
    sweep(tissue, pose,
          {{0.10f * s, shoulder - 0.30f, 0, 0.20f, 0.30f},
           {0.50f * s, shoulder - 0.08f, 0, 0.20f, 0.42f},
           {0.86f * s, shoulder, 0, 0.20f, 0.50f},
           {0.98f * s, shoulder + 0.18f, 0, 0.20f, 0.50f},
           {1.02f * s, shoulder + 0.50f, 0, 0.18f, 0.46f},
           {elbow * s, 1.60f, 0, 0.15f, 0.40f}});
  }
  const float step = 2.0f / static_cast<float>(tissue.size);
  for (int y = 0; y < tissue.size; ++y) {
    float* row = tissue.row(y);
    for (int x = 0; x < tissue.size; ++x) {
      const Point p = pose.from_image(
          {(static_cast<float>(x) + 0.5f) * step - 1, (static_cast<float>(y) + 0.5f) * step - 1});
      // Limbs and torso melt into each other instead of adding up.
      float depth = std::sqrt(square(torso_at(anatomy, p)) + square(row[x]));
      depth += anatomy.belly.swell(p);
      // A breast hangs: full at its lower fold, flat above.
      const Lump& breast = anatomy.breast[p.x < 0 ? image_left : image_right];
      const float low = 0.5f + 0.5f * (p.y - breast.centre.y) / breast.radius_y;
      depth += breast.chord(p) * square(std::max(0.0f, low));
      depth -= anatomy.stomach_bubble.chord(p);
      row[x] = std::max(0.0f, depth);
    }
  }
}

}  // namespace thoraxlite::phantom
