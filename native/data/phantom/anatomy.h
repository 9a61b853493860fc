// One invented person: soft tissue, lungs, heart and bones, drawn as thickness along the beam.
#pragma once

#include <vector>

#include "data/phantom/plane.h"
#include "data/phantom/random.h"

namespace thoraxlite::phantom {

// Image left is the patient's right.
enum Side { image_left = 0, image_right = 1 };

inline float sign_of(Side side) {
  return side == image_left ? -1.0f : 1.0f;
}

// An ellipse in the image whose depth falls to nothing at its rim.
struct Lump {
  Point centre;
  float radius_x = 1;
  float radius_y = 1;
  float depth = 0;
  Turn turn;

  float chord(Point body) const;  // 0 .. depth, steep at the rim
  float swell(Point body) const;  // 0 .. depth, fading to the rim
};

struct Lung {
  float lateral = 0;      // |x| of its outer border at its widest
  float taper = 0;        // how much narrower it is at the top
  float medial = 0;       // |x| of its inner border, where it touches the spine
  float apex = 0;         // y of its top
  float depth = 0;        // along the beam, where deepest
  float dome = 0;         // y of the top of the diaphragm
  float dome_x = 0;       // |x| of that top
  float dome_radius = 0;  // from there to the chest wall
  float dome_height = 0;  // from there down to the costophrenic angle

  float outer_border(float y) const;   // |x|
  float diaphragm(float abs_x) const;  // y of the dome
};

struct Anatomy {
  float girth = 1;       // the torso's depth
  float half_width = 0;  // the torso's, |x|
  float spine_x = 0;
  float spine_bend = 0;  // x gained per y squared
  float bone = 1;        // mineral content; 1 is a healthy adult's
  Lung lungs[2];
  Lump heart[6];  // the heart's parts and the great vessels'
  Lump belly;
  Lump breast[2];           // depth 0 where there is none to see
  Lump stomach_bubble;      // air
  float arm_angle = 0;      // how far the arms are held off
  float clavicle_y = 0;     // of its inner end
  float clavicle_rise = 0;  // from there to its outer end
  float rib_drop = 0;       // from a rib's spinal to its sternal end
};

Anatomy draw_anatomy(Random& random);

// Air in the lungs along the beam, heart and diaphragm taken away; 0 outside them.
void add_air(Plane& air, const Pose& pose, const Anatomy& anatomy);

// The same at one point.
float air_at(const Anatomy& anatomy, Point body);

// Skin to skin, as if all of it were water; includes neck, shoulders and arms.
void add_soft_tissue(Plane& tissue, const Pose& pose, const Anatomy& anatomy);

// Ribs, clavicles, spine, shoulder blades and upper arms.
void add_skeleton(Plane& bone, const Pose& pose, const Anatomy& anatomy, Random& random);

// Windpipe and main bronchi.
void add_airways(Plane& airways, const Pose& pose, const Anatomy& anatomy);

// Vessels that branch from both hila outwards, to be shown where there is air around them.
void add_vessels(Plane& vessels, const Pose& pose, const Anatomy& anatomy, Random& random);

}  // namespace thoraxlite::phantom
