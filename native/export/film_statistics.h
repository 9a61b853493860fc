// What a model file tells training films from other pictures by (core/novelty.h), of a network and
// the images that it was trained on.
#pragma once

#include "core/image/prepare.h"
#include "core/model/model.h"
#include "data/image_set.h"
#include "export/folded_network.h"
#include "novelty/novelty_fit.h"

namespace thoraxlite {

struct FilmStatistics {
  Novelty novelty;
  int refused = 0;  // of the validation images, at the threshold
  int cases = 0;    // validation images
};

// network: with its weights as they are packed. Fitted on up to 2,000 training images, each weighed
// by one over the root of its source's number; against them stands each one spoiled in one of the
// ways of novelty/other_pictures.h, and a drawing of clouds for every eighth. The threshold is of
// the validation images. The self-test is left to who knows its image. Throws std::runtime_error
// where an image that the set lists cannot be read, and what fit_novelty throws.
FilmStatistics fit_film_statistics(const FoldedNetwork& network, const ImageSet& training,
                                   const ImageSet& validation, const InputSpec& input);

// The distance of one picture, as the core computes it.
float distance_of(const FoldedNetwork& network, const Novelty& novelty, const GreyImage& picture,
                  const InputSpec& input);

// Whether the network has a last map to take features from (core/model/head.h).
bool has_last_map(const FoldedNetwork& network);

}  // namespace thoraxlite
