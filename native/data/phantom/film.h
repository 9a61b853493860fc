// From thickness to the grey of a film: exposure, response, quantum noise, collimation, marker.
#pragma once

#include "core/image/grey_image.h"
#include "data/phantom/plane.h"
#include "data/phantom/random.h"

namespace thoraxlite::phantom {

struct Exposure {
  float centre = 0;    // attenuation that becomes middle grey
  float width = 1;     // larger is flatter
  float gamma = 0.5f;  // below 0.5 darkens the middle, above it brightens
  float black = 0;     // of full scale
  float white = 1;
  float noise = 0;  // of attenuation, where the film is dark, at 1024 pixels a side
  bool marker = false;
  bool collimated = false;
  Point low;  // image coordinates that the collimator leaves open
  Point high;
  Turn collimator;
};

Exposure draw_exposure(Random& random);

// attenuation: line integrals along the beam, 1 for a chest of water; used up as scratch.
GreyImage expose(Plane& attenuation, const Exposure& exposure, int bit_depth, Random& noise);

}  // namespace thoraxlite::phantom
