// Readable images that no score may be given for.
//
// Plain rules of what the file says and of the film's brightness. Those of the film's content look
// for what is plain to see and let the rest pass; what else is no chest film is the business of
// core/novelty.h, where a model has statistics for it.
#pragma once

#include <optional>
#include <string>

#include "core/film_facts.h"
#include "core/image/read_film.h"
#include "core/model/model.h"

namespace thoraxlite {

enum class RefusalType {
  blank,
  too_small,
  underexposed,
  overexposed,
  inverted,
  lateral,
  not_a_chest_film,
  no_lungs,
  colour,
  child,
  body_part,
  modality
};

const char* to_string(RefusalType type);  // as the enumerator is written

struct Refusal {
  RefusalType type = RefusalType::blank;
  std::string message;  // one sentence
};

// A film this small shows no lung structure; training images were at least this large.
inline constexpr int kMinImageSide = 64;  // pixels

// Grey films saved in colour, also tinted ones, stay below; photographs in colour lie above.
inline constexpr float kMaxColourfulness = 0.08f;

// As on film: light is underexposed, dark is overexposed. The share of pixels in the brightest or
// darkest tenth of the range above which nothing is left to be read.
inline constexpr float kMaxExtremeShare = 0.85f;

// Inverted is a film whose spine is darker than its lungs by more than this, in deviations of the
// film's brightness. A film that lies far off its middle has lung where the spine is looked for, so
// this is high: no real test film reaches it, and two of three of their negatives do
// (weights/covid-novelty.json); the rest are the business of core/novelty.h.
inline constexpr float kMaxSpineDarkness = 0.9f;

// Nothing where the image may be scored. The first of the reasons that hold.
std::optional<Refusal> reason_to_refuse(const Film& film, const FilmFacts& facts, const Card& card);

// For an image in which the model's lung network finds less than kLeastLungShare
// (core/lung_view.h).
Refusal no_lungs();

// For an image whose distance is above the threshold (core/novelty.h).
Refusal not_a_chest_film(float distance, float threshold);

}  // namespace thoraxlite
