// What a model file tells training films from other pictures by (core/novelty.h), of a network and
// the images that it was trained on.
#pragma once

#include <optional>

#include "core/model/model.h"
#include "core/result.h"
#include "data/image_set.h"
#include "novelty/novelty_fit.h"

namespace thoraxlite {

struct FilmStatistics {
  Novelty novelty;
  int refused = 0;  // of the validation images, at the threshold
  int cases = 0;    // validation images
};

// packed: the model file without these statistics; features are taken as the core will take them.
// Fitted on up to 2,000 training images, each weighed by one over the root of its source's number;
// against them stands each one spoiled in one of the ways of novelty/other_pictures.h, and a
// drawing of clouds for every eighth. The threshold is of the validation images. The self-test is
// left to who knows its image. Nothing of a network that has no last features (core/model/head.h).
// Throws std::runtime_error where an image that the set lists cannot be read, and what fit_novelty
// throws.
std::optional<FilmStatistics> fit_film_statistics(ByteView packed, const ImageSet& training,
                                                  const ImageSet& validation);

}  // namespace thoraxlite
