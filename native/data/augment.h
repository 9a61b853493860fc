// Random changes to training images that leave the findings as they are, a batch at a time on
// whatever device holds it.
#pragma once

#include <torch/types.h>

#include <string>

namespace thoraxlite {

// Each image is left as it is with probability 1 - probability, separately for each kind of change,
// so that clean films stay inside the training distribution. The usual kinds are geometry, exposure
// and sharpness. Those that are set only by the strong changes draw no chance where they are not.
struct Augmentation {
  double probability = 0.5;
  double rotation = 7.0;     // degrees, either way
  double scale = 0.1;        // relative, either way
  double shift = 0.06;       // of the image's side, either way
  double gamma = 0.25;       // exposure: v^exp(g), |g| at most this
  double contrast = 0.15;    // relative, around mid-grey
  double brightness = 0.08;  // of the full range
  double blur = 0.8;         // blend with a 3x3 mean; below zero, as far again, sharpens
  // Of the strong changes:
  bool mirror = false;        // left for right, every other one of those that are drawn for it
  double softness = 1;        // shrunk by up to this factor, and stretched again
  double noise = 0;           // Gaussian; its largest deviation, of the full range
  double lowest_quality = 0;  // of JPEG, from this up to kHighestQuality; 0: no compression
};

inline constexpr double kHighestQuality = 95;

// "usual": what published runs had. "strong": all kinds, and wider crops and exposures, so that
// sharpness, grain, compression and framing tell little of where a film comes from. Throws
// std::runtime_error for another name.
Augmentation augmentation_of(const std::string& name, double probability);

// images: float32 [B, 1, H, W] in [0, 1], square where softness is above 1; the same shape and
// range come back. Borders are repeated. generator: on the CPU, so that a seed gives the same
// images on every device.
torch::Tensor augment(const torch::Tensor& images, const Augmentation& augmentation,
                      torch::Generator generator);

}  // namespace thoraxlite
