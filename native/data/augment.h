// Random changes to training images that leave the findings as they are, a batch at a time on
// whatever device holds it.
#pragma once

#include <torch/types.h>

namespace thoraxlite {

// Each image is left as it is with probability 1 - probability, separately for geometry, exposure
// and sharpness, so that clean films stay inside the training distribution.
struct Augmentation {
  double probability = 0.5;
  double rotation = 7.0;     // degrees, either way
  double scale = 0.1;        // relative, either way
  double shift = 0.06;       // of the image's side, either way
  double gamma = 0.25;       // exposure: v^exp(g), |g| at most this
  double contrast = 0.15;    // relative, around mid-grey
  double brightness = 0.08;  // of the full range
  double blur = 0.8;         // blend with a 3x3 mean; below zero, as far again, sharpens
};

// images: float32 [B, 1, H, W] in [0, 1]; the same shape and range come back. Borders are repeated.
// generator: on the CPU, so that a seed gives the same images on every device.
torch::Tensor augment(const torch::Tensor& images, const Augmentation& augmentation,
                      torch::Generator generator);

}  // namespace thoraxlite
