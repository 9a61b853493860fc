// How unlike a model's training films an image is: by what the image looks like as a thumbnail, and
// by the network's last features.
//
// The features f are the thumbnail's kThumbnailSide^2 values, less their mean and divided by their
// deviation (so that exposure does not count), and then the averages of the network's last map, its
// last features. The distance is the relative Mahalanobis distance (Ren et al. 2021, "A Simple Fix
// to Mahalanobis Distance for Improving Near-OOD Detection"): squared distance to training films
// less squared distance to everything else, here training films turned, scrambled, inverted and
// the like, and random patterns. In directions W in which the training films have variance 1 and
// the others have no covariance either,
//
//   z = W (f - m),   distance = sum over k of z_k^2 - (z_k - u_k)^2 / v_k
//
// Directions are kept in which the two differ most. Above the threshold an image is refused as not
// being a chest film. Fitted by `cxr-distill export` on training images alone.
#pragma once

#include <vector>

#include "core/model/model.h"

namespace thoraxlite {

inline constexpr int kThumbnailSide = 12;

// pixels: [size, size] in [0, 1], size at least kThumbnailSide. average: of the last map,
// [channels]. [kThumbnailSide^2 + channels].
std::vector<float> novelty_features(const std::vector<float>& pixels, int size,
                                    const std::vector<float>& average);

// features: as many as novelty.mean has.
float novelty_distance(const Novelty& novelty, const std::vector<float>& features);

}  // namespace thoraxlite
