// Procedurally drawn frontal chest phantoms: radiographs of nobody.
//
// A phantom is a thickness map of tissue, air and bone, seen through a film's response. The same
// spec gives the same pixels on every machine and compiler: only a fixed generator and operations
// that IEEE 754 rounds exactly are used (no libm beyond sqrt, no std:: distribution, no fused
// multiply-add). The anatomy, exposure and noise of a seed do not depend on the kind, so phantoms
// of one seed differ by their opacities only.
#pragma once

#include <array>
#include <cstdint>
#include <vector>

#include "core/image/grey_image.h"

namespace thoraxlite {

enum class PhantomKind {
  normal,
  lobar,    // one consolidated region
  diffuse,  // several hazy ones, in both lungs, towards the periphery
  both      // the lobar and the diffuse ones of the same seed over each other
};

// Those that exclude each other.
inline constexpr std::array<PhantomKind, 3> kPhantomKinds = {
    PhantomKind::normal, PhantomKind::lobar, PhantomKind::diffuse};

// The labels: "normal", "lobar", "diffuse", "lobar|diffuse".
const char* to_string(PhantomKind kind);

inline constexpr int kMinPhantomSize = 16;    // pixels, both sides
inline constexpr int kMaxPhantomSize = 4096;  // pixels, both sides

struct PhantomSpec {
  PhantomKind kind = PhantomKind::normal;
  int size = 224;     // kMinPhantomSize .. kMaxPhantomSize
  int bit_depth = 8;  // 8 or 16
  std::uint64_t seed = 0;
};

// An upright ellipse that holds an opacity, as fractions of the image's side.
struct OpacityExtent {
  float centre_x = 0;  // 0 left, 1 right
  float centre_y = 0;  // 0 top, 1 bottom
  float radius_x = 0;
  float radius_y = 0;
};

// Whether a place lies on the opacity, or within `margin` of it; all as fractions of the side.
bool is_on(const OpacityExtent& opacity, double x, double y, double margin);

struct Phantom {
  GreyImage image;                       // [size, size]; bright is dense, as on a film
  std::vector<OpacityExtent> opacities;  // empty when normal
};

// Throws std::invalid_argument, naming the value, when size or bit depth is out of range.
Phantom draw_phantom(const PhantomSpec& spec);

// Where that phantom has lung in the beam, whatever opacities are in it: [size, size], 1 inside.
// Throws as draw_phantom.
std::vector<std::uint8_t> draw_lung_field(const PhantomSpec& spec);

}  // namespace thoraxlite
