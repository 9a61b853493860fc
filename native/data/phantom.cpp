#include "data/phantom.h"

#include <algorithm>
#include <initializer_list>
#include <stdexcept>
#include <string>
#include <vector>

#include "data/phantom/anatomy.h"
#include "data/phantom/film.h"
#include "data/phantom/opacities.h"
#include "data/phantom/plane.h"
#include "data/phantom/random.h"

namespace thoraxlite {
namespace {

using namespace phantom;

// A stream a part, so that a change to one leaves the others as they were.
enum Stream : std::uint64_t {
  anatomy_stream,
  pose_stream,
  skeleton_stream,
  vessel_stream,
  texture_stream,
  exposure_stream,
  noise_stream,
  lobar_stream,
  diffuse_stream
};

constexpr float kLungAir = 0.80f;     // attenuation that a depth of air takes from one of water
constexpr float kSilhouette = 1.35f;  // how quickly an opacity hides the vessels inside it

Pose draw_pose(Random& random) {
  Pose pose;
  const float scale = random.between(0.90f, 1.08f);
  const float stretch = random.between(0.95f, 1.06f);
  pose.scale_x = scale * stretch;
  pose.scale_y = scale / stretch;
  pose.turn = Turn::from_half_tangent(random.between(-0.035f, 0.035f));
  pose.shift = {random.between(-0.05f, 0.05f), random.between(-0.02f, 0.12f)};
  return pose;
}

// Adds the opacities of a kind to density; returns where they are.
std::vector<Opacity> draw_opacities(PhantomKind kind, const Anatomy& anatomy, const Pose& pose,
                                    std::uint64_t seed, Plane& density) {
  std::vector<Opacity> all;
  const auto add = [&](Stream stream, auto draw) {
    Random random(seed, stream);
    Random rough_random(seed + 1, stream);
    const std::vector<Opacity> drawn = draw(anatomy, random);
    add_opacities(density, pose, drawn, rough_random);
    all.insert(all.end(), drawn.begin(), drawn.end());
  };
  if (kind == PhantomKind::lobar || kind == PhantomKind::both) add(lobar_stream, draw_lobar);
  if (kind == PhantomKind::diffuse || kind == PhantomKind::both) add(diffuse_stream, draw_diffuse);
  return all;
}

OpacityExtent extent_of(const Opacity& opacity, const Pose& pose) {
  const Point centre = pose.to_image(opacity.centre);
  return {0.5f * (centre.x + 1), 0.5f * (centre.y + 1), 0.5f * opacity.radius_x * pose.scale_x,
          0.5f * opacity.radius_y * pose.scale_y};
}

// Multi-scale mottle; what is too fine for the plane would only alias.
void add_texture(Plane& plane, Random& random, std::initializer_list<int> cells, float amplitude) {
  for (const int count : cells) {
    if (2 * count > plane.size) break;
    add_noise(plane, random, count, amplitude);
  }
}

void check(const PhantomSpec& spec) {
  if (spec.size < kMinPhantomSize || spec.size > kMaxPhantomSize) {
    throw std::invalid_argument("phantom size is " + std::to_string(spec.size) + ", expected " +
                                std::to_string(kMinPhantomSize) + " to " +
                                std::to_string(kMaxPhantomSize));
  }
  if (spec.bit_depth != 8 && spec.bit_depth != 16) {
    throw std::invalid_argument("phantom bit depth is " + std::to_string(spec.bit_depth) +
                                ", expected 8 or 16");
  }
}

}  // namespace

const char* to_string(PhantomKind kind) {
  switch (kind) {
    case PhantomKind::normal:
      return "normal";
    case PhantomKind::lobar:
      return "lobar";
    case PhantomKind::diffuse:
      return "diffuse";
    case PhantomKind::both:
      return "lobar|diffuse";
  }
  return "";
}

bool is_on(const OpacityExtent& opacity, double x, double y, double margin) {
  const double dx = (x - opacity.centre_x) / (opacity.radius_x + margin);
  const double dy = (y - opacity.centre_y) / (opacity.radius_y + margin);
  return dx * dx + dy * dy <= 1;
}

Phantom draw_phantom(const PhantomSpec& spec) {
  check(spec);
  Random anatomy_random(spec.seed, anatomy_stream);
  Random pose_random(spec.seed, pose_stream);
  Random skeleton_random(spec.seed, skeleton_stream);
  Random vessel_random(spec.seed, vessel_stream);
  Random texture_random(spec.seed, texture_stream);
  const Anatomy anatomy = draw_anatomy(anatomy_random);
  const Pose pose = draw_pose(pose_random);

  Plane air(spec.size);
  Plane attenuation(spec.size);
  Plane bone(spec.size);
  Plane vessels(spec.size);
  Plane airways(spec.size);
  Plane lung_texture(spec.size);
  add_air(air, pose, anatomy);
  add_soft_tissue(attenuation, pose, anatomy);
  add_skeleton(bone, pose, anatomy, skeleton_random);
  add_vessels(vessels, pose, anatomy, vessel_random);
  add_airways(airways, pose, anatomy);
  add_texture(attenuation, texture_random, {4, 9}, 0.012f);
  add_texture(lung_texture, texture_random, {10, 24, 52, 110, 230}, 0.016f);

  Plane density(spec.size);
  const std::vector<Opacity> opacities =
      draw_opacities(spec.kind, anatomy, pose, spec.seed, density);

  for (std::size_t i = 0; i < attenuation.values.size(); ++i) {
    float& value = attenuation.values[i];
    const float body = std::min(1.0f, 4 * value);  // nothing of the body outside its outline
    const float filled = density.values[i];
    const float lung = air.values[i];
    const float seen = std::min(1.0f, 5 * lung);
    value -= kLungAir * std::min(lung, 0.86f * value) * (1 - filled) * (1 + lung_texture.values[i]);
    value += seen * vessels.values[i] * std::max(-0.3f, 1 - kSilhouette * filled);
    value += body * (bone.values[i] - airways.values[i]);
  }

  Random exposure_random(spec.seed, exposure_stream);
  Random noise_random(spec.seed, noise_stream);
  Phantom drawn;
  drawn.image = expose(attenuation, draw_exposure(exposure_random), spec.bit_depth, noise_random);
  for (const Opacity& opacity : opacities) drawn.opacities.push_back(extent_of(opacity, pose));
  return drawn;
}

std::vector<std::uint8_t> draw_lung_field(const PhantomSpec& spec) {
  check(spec);
  Random anatomy_random(spec.seed, anatomy_stream);
  Random pose_random(spec.seed, pose_stream);
  const Anatomy anatomy = draw_anatomy(anatomy_random);
  Plane air(spec.size);
  add_air(air, draw_pose(pose_random), anatomy);
  std::vector<std::uint8_t> field(air.values.size());
  std::transform(air.values.begin(), air.values.end(), field.begin(),
                 [](float depth) { return depth > 0 ? 1 : 0; });
  return field;
}

}  // namespace thoraxlite
