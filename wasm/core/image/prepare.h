// Grey pixels to the network's input. Training and screening both go through here, so that a
// full-resolution film and its training copy are prepared by the same code.
#pragma once

#include <vector>

#include "core/image/grey_image.h"

namespace thoraxlite {

// What the network expects of its input; read from the model card.
struct InputSpec {
  int size = 224;     // pixels, both sides; the aspect ratio is not kept
  float mean = 0.5f;  // of pixel values in [0, 1]
  float std = 0.25f;
};

// Area average onto [size, size], stretched; values in [0, 1]. A size x size image comes back as it
// is. The same bytes give the same floats on every machine, native or WebAssembly.
std::vector<float> resize_area(const GreyImage& image, int size);

// (pixel - mean) / std, in place.
void normalise(std::vector<float>& pixels, const InputSpec& spec);

}  // namespace thoraxlite
