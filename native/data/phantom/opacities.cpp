#include "data/phantom/opacities.h"

#include <algorithm>
#include <cmath>

namespace thoraxlite::phantom {
namespace {

constexpr float kEnoughAir = 0.42f;  // to show an opacity against
constexpr int kTries = 64;
constexpr float kFarthest = 2.0f;  // squared distance, in radii, that ragged edges may reach

float smooth_step(float t) {
  t = std::min(1.0f, std::max(0.0f, t));
  return t * t * (3 - 2 * t);
}

// A place in the box (|x|, y) where lung lies; the lung's middle if none was hit.
Point place(const Anatomy& anatomy, Random& random, Side side, Point low, Point high) {
  for (int i = 0; i < kTries; ++i) {
    const Point p{sign_of(side) * random.between(low.x, high.x), random.between(low.y, high.y)};
    if (air_at(anatomy, p) > kEnoughAir) return p;
  }
  return {sign_of(side) * 0.42f, -0.2f};
}

float part_at(const Opacity& o, Point body, float noise) {
  const Point p = o.turn.undo({body.x - o.centre.x, body.y - o.centre.y});
  const float ex = p.x / o.radius_x;
  const float ey = p.y / o.radius_y;
  const float e = ex * ex + ey * ey;
  if (e > kFarthest) return 0;
  const float inside = 1 - e + 0.5f * o.raggedness * noise;
  const float mottle = std::min(1.0f, std::max(0.3f, 1 + 0.3f * o.raggedness * noise));
  const float part = o.density * smooth_step(inside / o.softness) * mottle;
  if (o.fissure == 0) return part;
  // A fissure is a nearly straight, sharper border a third of the way from the centre.
  return part * smooth_step(0.5f + (0.38f - o.fissure * ey + 0.05f * noise) * 6.0f);
}

}  // namespace

std::vector<Opacity> draw_lobar(const Anatomy& anatomy, Random& random) {
  const Side side = random.chance(0.5f) ? image_left : image_right;
  const float bottom = anatomy.lungs[side].dome + 0.04f;
  Opacity o;
  const int lobe = random.whole(0, 2);
  if (lobe == 0) {
    o.centre = place(anatomy, random, side, {0.20f, -0.60f}, {0.48f, -0.28f});
    o.fissure = 1;
  } else if (lobe == 1) {
    o.centre = place(anatomy, random, side, {0.22f, -0.18f}, {0.60f, 0.18f});
    o.fissure = -1;
  } else {
    o.centre = place(anatomy, random, side, {0.22f, bottom - 0.30f}, {0.62f, bottom});
  }
  if (random.chance(0.55f)) o.fissure = 0;
  o.radius_x = random.between(0.17f, 0.36f);
  o.radius_y = random.between(0.16f, 0.32f);
  o.turn = Turn::from_half_tangent(o.fissure != 0 ? random.between(-0.07f, 0.07f)
                                                  : random.between(-0.3f, 0.3f));
  o.density = random.between(0.44f, 0.84f);
  o.softness = random.between(0.80f, 1.2f);
  o.raggedness = random.between(0.4f, 0.9f);
  return {o};
}

std::vector<Opacity> draw_diffuse(const Anatomy& anatomy, Random& random) {
  std::vector<Opacity> all;
  const int count = random.whole(6, 11);
  const float density = random.between(0.20f, 0.48f);
  for (int i = 0; i < count; ++i) {
    const Side side = i % 2 == 0 ? image_left : image_right;
    const Lung& lung = anatomy.lungs[side];
    Opacity o;
    // Mostly the lower two thirds, near the chest wall.
    const float y = random.between(-0.40f, lung.dome - 0.02f);
    const float outer = lung.outer_border(y);
    o.centre = place(anatomy, random, side, {0.52f * outer, y - 0.05f}, {0.86f * outer, y + 0.05f});
    o.radius_x = random.between(0.10f, 0.20f);
    o.radius_y = random.between(0.12f, 0.24f);
    o.turn = Turn::from_half_tangent(random.between(-0.3f, 0.3f));
    o.density = density * random.between(0.7f, 1.15f);
    o.softness = random.between(0.9f, 1.4f);
    o.raggedness = random.between(0.6f, 1.1f);
    all.push_back(o);
  }
  return all;
}

void add_opacities(Plane& density, const Pose& pose, const std::vector<Opacity>& opacities,
                   Random& random) {
  if (opacities.empty()) return;
  Plane rough(density.size);
  float amplitude = 0.5f;
  for (const int cells : {6, 12, 24, 48, 96}) {
    add_noise(rough, random, cells, amplitude);
    amplitude *= 0.62f;
  }
  const float half = 0.5f * static_cast<float>(density.size);
  const auto to_pixel = [&](float image) {
    return std::min(density.size, std::max(0, static_cast<int>((image + 1) * half)));
  };
  for (const Opacity& o : opacities) {
    const Point centre = pose.to_image(o.centre);
    const float reach = std::sqrt(kFarthest) * std::max(o.radius_x, o.radius_y) *
                        std::max(pose.scale_x, pose.scale_y);
    for (int y = to_pixel(centre.y - reach); y < to_pixel(centre.y + reach); ++y) {
      float* row = density.row(y);
      const float* noise = rough.row(y);
      for (int x = to_pixel(centre.x - reach); x < to_pixel(centre.x + reach); ++x) {
        const Point body = pose.from_image(
            {(static_cast<float>(x) + 0.5f) / half - 1, (static_cast<float>(y) + 0.5f) / half - 1});
        // Opacities lie over each other: each replaces a part of what the others left.
        // Noise is bounded, or a rare dip of it could erase an opacity and leave a wrong label.
        const float bounded = std::min(1.0f, std::max(-1.0f, noise[x]));
        row[x] = 1 - (1 - row[x]) * (1 - part_at(o, body, bounded));
      }
    }
  }
}

}  // namespace thoraxlite::phantom
