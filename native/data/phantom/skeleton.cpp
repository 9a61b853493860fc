#include <cmath>

#include "data/phantom/anatomy.h"

namespace thoraxlite::phantom {
namespace {

constexpr int kRibs = 11;  // a side; the twelfth does not reach the lungs
constexpr float kFirstRib = -0.80f;
constexpr float kRibSpacing = 0.130f;

float spine_at(const Anatomy& anatomy, float y) {
  return anatomy.spine_x + anatomy.spine_bend * y * y;
}

// A rib runs around the chest in a plane that drops towards the front: one turn around an ellipse,
// whose front half fades where bone becomes cartilage.
void add_rib(Plane& bone, const Pose& pose, const Anatomy& anatomy, Side side, int index,
             Random& random) {
  const float k = static_cast<float>(index);
  const float start = kFirstRib + kRibSpacing * k + random.between(-0.008f, 0.008f);
  const float drop = anatomy.rib_drop *
                     (index == 0   ? 0.30f
                      : index == 1 ? 0.62f
                                   : 1.0f) *
                     random.between(0.95f, 1.05f);
  const Lung& lung = anatomy.lungs[side];
  // The upper ribs lie inside the lung's outline, the others hug it.
  const float reach = lung.outer_border(start + 0.5f * drop) * (index == 0   ? 0.60f
                                                                : index == 1 ? 0.82f
                                                                : index == 2 ? 0.95f
                                                                             : 1.015f);
  const float radius = random.between(0.029f, 0.034f) * (index == 0 ? 1.25f : 1.0f);
  constexpr int kSteps = 44;
  const Turn step = Turn::from_half_tangent(0.0295f);  // about 0.059 rad, so 2.6 rad in all
  Point angle{1, 0};
  std::vector<Bead> path;
  for (int i = 0; i <= kSteps; ++i) {
    const float t = static_cast<float>(i) / kSteps;
    const float forward = 0.5f * (1 - angle.x);  // 0 at the spine, 1 at the breastbone
    const float hump = 4 * t * (1 - t);
    const float x = 0.07f + (reach - 0.07f) * angle.y;
    // A rib first rises a little from its joint, then drops ever more steeply.
    const float y = start + drop * forward * (0.72f + 0.28f * forward) - 0.035f * hump * (1 - t);
    const float fade = t > 0.86f ? (1 - t) / 0.14f : 1.0f;
    path.push_back({spine_at(anatomy, start) + sign_of(side) * x, y, -0.40f * angle.x,
                    radius * (0.86f + 0.30f * t),
                    (index == 0 ? 0.055f : 0.090f) * anatomy.bone * fade});
    angle = step.apply(angle);
  }
  sweep(bone, pose, path, 0.72f);
}

void add_clavicle(Plane& bone, const Pose& pose, const Anatomy& anatomy, Side side,
                  Random& random) {
  const float s = sign_of(side);
  const float inner = anatomy.clavicle_y + random.between(-0.012f, 0.012f);
  const float rise = anatomy.clavicle_rise;
  sweep(bone, pose,
        {{0.085f * s, inner + 0.012f, 0, 0.046f, 0.15f * anatomy.bone},
         {0.15f * s, inner - 0.010f, 0, 0.038f, 0.19f * anatomy.bone},
         {0.30f * s, inner - 0.40f * rise + 0.008f, 0, 0.030f, 0.22f * anatomy.bone},
         {0.45f * s, inner - 0.72f * rise - 0.004f, 0, 0.028f, 0.23f * anatomy.bone},
         {0.60f * s, inner - 0.98f * rise - 0.016f, 0, 0.029f, 0.23f * anatomy.bone},
         {0.72f * s, inner - 1.02f * rise - 0.004f, 0, 0.033f, 0.20f * anatomy.bone},
         {0.80f * s, inner - 0.92f * rise + 0.012f, 0, 0.036f, 0.15f * anatomy.bone}},
        0.55f);
}

void add_shoulder(Plane& bone, const Pose& pose, const Anatomy& anatomy, Side side) {
  const float s = sign_of(side);
  const float top = anatomy.clavicle_y - anatomy.clavicle_rise + 0.10f;
  const float arm = anatomy.arm_angle;
  const float b = anatomy.bone;
  // Head and shaft of the upper arm.
  sweep(bone, pose,
        {{0.88f * s, top + 0.03f, 0, 0.088f, 0.10f * b},
         {0.90f * s, top + 0.08f, 0, 0.092f, 0.12f * b},
         {0.94f * s, top + 0.17f, 0, 0.062f, 0.17f * b},
         {0.97f * s, top + 0.30f, 0, 0.048f, 0.21f * b},
         {(1.04f + arm) * s, 1.60f, 0, 0.044f, 0.22f * b}},
        0.60f);
  // Shoulder blade: outer border, inner border, spine with acromion, and a thin plate.
  const Bead tip{0.60f * s, top + 0.72f, 0, 0.020f, 0.05f * b};
  sweep(bone, pose,
        {{0.79f * s, top + 0.10f, 0, 0.040f, 0.13f * b},
         {0.74f * s, top + 0.30f, 0, 0.024f, 0.10f * b},
         {0.67f * s, top + 0.52f, 0, 0.020f, 0.07f * b},
         tip},
        0.4f);
  sweep(bone, pose,
        {tip,
         {0.52f * s, top + 0.50f, 0, 0.013f, 0.030f * b},
         {0.49f * s, top + 0.25f, 0, 0.013f, 0.030f * b},
         {0.53f * s, top + 0.06f, 0, 0.014f, 0.030f * b}},
        0.3f);
  sweep(bone, pose,
        {{0.52f * s, top + 0.20f, 0, 0.016f, 0.02f * b},
         {0.68f * s, top + 0.06f, 0, 0.026f, 0.05f * b},
         {0.82f * s, top - 0.045f, 0, 0.036f, 0.10f * b},
         {0.90f * s, top - 0.050f, 0, 0.036f, 0.08f * b}},
        0.5f);
  sweep(bone, pose,
        {{0.66f * s, top + 0.10f, 0, 0.12f, 0.022f * b},
         {0.62f * s, top + 0.34f, 0, 0.10f, 0.022f * b},
         {0.60f * s, top + 0.64f, 0, 0.03f, 0.022f * b}});
}

void add_vertebra(Plane& bone, const Pose& pose, const Anatomy& anatomy, float y, float height,
                  float half_width) {
  const float x = spine_at(anatomy, y);
  const float b = anatomy.bone;
  const float edge = 0.5f * height;
  // Body: a wide tube lying across, with its dense end plates above and below.
  const float reach = half_width - 0.42f * height;
  sweep(
      bone, pose,
      {{x - reach, y, 0, 0.44f * height, 0.15f * b}, {x + reach, y, 0, 0.44f * height, 0.15f * b}});
  for (const float plate : {y - 0.72f * edge, y + 0.72f * edge}) {
    sweep(bone, pose,
          {{x - half_width * 0.92f, plate, 0, 0.009f, 0.03f * b},
           {x + half_width * 0.92f, plate, 0, 0.009f, 0.03f * b}});
  }
  // Pedicles beside the canal, transverse processes, and the spinous process below.
  for (const float s : {-1.0f, 1.0f}) {
    sweep(bone, pose,
          {{x + s * 0.60f * half_width, y - 0.018f, 0, 0.020f, 0.10f * b},
           {x + s * 0.60f * half_width, y + 0.012f, 0, 0.018f, 0.10f * b}},
          0.9f);
    sweep(bone, pose,
          {{x + s * 0.75f * half_width, y - 0.010f, 0, 0.018f, 0.05f * b},
           {x + s * 1.65f * half_width, y - 0.035f, 0, 0.014f, 0.04f * b}},
          0.5f);
  }
  sweep(bone, pose,
        {{x, y + 0.05f * height, 0, 0.010f, 0.05f * b},
         {x, y + 0.55f * height, 0, 0.015f, 0.09f * b}});
}

}  // namespace

void add_skeleton(Plane& bone, const Pose& pose, const Anatomy& anatomy, Random& random) {
  std::vector<Bead> column;
  for (float at = -1.4f; at < 1.5f; at += 0.2f) {
    column.push_back(
        {spine_at(anatomy, at), at, 0, 0.066f + 0.020f * (at + 1.0f), 0.12f * anatomy.bone});
  }
  sweep(bone, pose, column, 0.35f);
  float y = -1.25f;
  float height = 0.088f;
  while (y < 1.25f) {
    // Vertebrae grow downwards, the neck's are the smallest.
    add_vertebra(bone, pose, anatomy, y, height, 0.062f + 0.020f * (y + 1.0f));
    y += 1.06f * height;
    height *= 1.022f;
  }
  for (Side side : {image_left, image_right}) {
    for (int index = 0; index < kRibs; ++index) add_rib(bone, pose, anatomy, side, index, random);
    add_clavicle(bone, pose, anatomy, side, random);
    add_shoulder(bone, pose, anatomy, side);
  }
}

}  // namespace thoraxlite::phantom
