#include "core/refusal.h"

#include <algorithm>
#include <cmath>
#include <vector>

#include "core/json/decimal.h"

namespace thoraxlite {

const char* to_string(RefusalType type) {
  switch (type) {
    case RefusalType::blank:
      return "blank";
    case RefusalType::too_small:
      return "too_small";
    case RefusalType::underexposed:
      return "underexposed";
    case RefusalType::overexposed:
      return "overexposed";
    case RefusalType::inverted:
      return "inverted";
    case RefusalType::lateral:
      return "lateral";
    case RefusalType::not_a_chest_film:
      return "not_a_chest_film";
    case RefusalType::no_lungs:
      return "no_lungs";
    case RefusalType::colour:
      return "colour";
    case RefusalType::child:
      return "child";
    case RefusalType::body_part:
      return "body_part";
    case RefusalType::modality:
      break;
  }
  return "modality";
}

namespace {

std::string sides(const Film& film) {
  return std::to_string(film.width) + " x " + std::to_string(film.height);
}

std::string whole(double value) {
  return std::to_string(static_cast<int>(std::lround(value)));
}

// The share of the film's pixels in [low, high].
float share_between(const std::vector<float>& pixels, float low, float high) {
  const auto count = std::count_if(pixels.begin(), pixels.end(),
                                   [=](float pixel) { return pixel >= low && pixel <= high; });
  return static_cast<float>(count) / static_cast<float>(pixels.size());
}

// The mean of the pixels in a rectangle, whose sides are fractions of the film's.
double mean_within(const Film& film, double left, double right, double top, double bottom) {
  const auto side = static_cast<std::size_t>(std::lround(std::sqrt(film.pixels.size())));
  const auto at = [side](double fraction) {
    return static_cast<std::size_t>(fraction * static_cast<double>(side));
  };
  double sum = 0;
  std::size_t pixels = 0;
  for (std::size_t y = at(top); y < std::max(at(bottom), at(top) + 1); ++y) {
    for (std::size_t x = at(left); x < std::max(at(right), at(left) + 1); ++x) {
      sum += film.pixels[y * side + x];
      ++pixels;
    }
  }
  return sum / static_cast<double>(pixels);
}

double deviation_of(const std::vector<float>& values) {
  double sum = 0;
  double squares = 0;
  for (const double value : values) {
    sum += value;
    squares += value * value;
  }
  const auto count = static_cast<double>(values.size());
  return std::sqrt(std::max(0.0, squares / count - sum / count * (sum / count)));
}

bool is_inverted(const Film& film) {
  const double spine = mean_within(film, 5 / 12.0, 7 / 12.0, 4 / 12.0, 9 / 12.0);
  const double lungs = 0.5 * (mean_within(film, 2 / 12.0, 4 / 12.0, 3 / 12.0, 8 / 12.0) +
                              mean_within(film, 8 / 12.0, 10 / 12.0, 3 / 12.0, 8 / 12.0));
  return spine - lungs < -kMaxSpineDarkness * deviation_of(film.pixels);
}

}  // namespace

std::optional<Refusal> reason_to_refuse(const Film& film, const FilmFacts& facts,
                                        const Card& card) {
  if (film.width < kMinImageSide || film.height < kMinImageSide) {
    return Refusal{RefusalType::too_small, "The image is too small to be read: " + sides(film) +
                                               " pixels; expected at least " +
                                               std::to_string(kMinImageSide) + " a side."};
  }
  if (film.darkest == film.brightest) {
    return Refusal{RefusalType::blank, "The image is blank: all of its pixels are equal."};
  }
  if (facts.age_years < card.minimum_age) {
    return Refusal{RefusalType::child, "The patient is " + whole(std::floor(facts.age_years)) +
                                           " years old; the model was made for patients of " +
                                           whole(card.minimum_age) + " years and older."};
  }
  if (facts.is_lateral) {
    return Refusal{RefusalType::lateral,
                   "This is a lateral view; the model was made for frontal films."};
  }
  if (!facts.other_modality.empty()) {
    return Refusal{RefusalType::modality, "The file's modality is " + facts.other_modality +
                                              "; the model was made for radiographs."};
  }
  if (!facts.other_body_part.empty()) {
    return Refusal{RefusalType::body_part, "The file's body part is " + facts.other_body_part +
                                               "; the model was made for chest films."};
  }
  if (film.colourfulness > kMaxColourfulness) {
    return Refusal{RefusalType::colour, "This is a colour picture; expected a grey film."};
  }
  const float dark = share_between(film.pixels, 0, 0.1f);
  if (dark > kMaxExtremeShare) {
    return Refusal{RefusalType::overexposed,
                   "The film is too dark to be read: nearly all of it is black."};
  }
  const float light = share_between(film.pixels, 0.9f, 1);
  if (light > kMaxExtremeShare) {
    return Refusal{RefusalType::underexposed,
                   "The film is too light to be read: nearly all of it is white."};
  }
  if (is_inverted(film)) {
    return Refusal{RefusalType::inverted,
                   "The film looks inverted: its spine is darker than its lungs; expected bones to "
                   "be light."};
  }
  return std::nullopt;
}

Refusal no_lungs() {
  return {RefusalType::no_lungs,
          "No lungs were found in the image; expected a frontal chest film."};
}

Refusal not_a_chest_film(float distance, float threshold) {
  // As whole numbers, unless those hide which is the larger.
  const double finer = std::lround(distance) > std::lround(threshold) ? 1 : 100;
  const auto plain = [finer](double value) {
    return finer == 1 ? whole(value)
                      : to_text(static_cast<float>(std::lround(value * finer) / finer));
  };
  return {RefusalType::not_a_chest_film,
          "The image is unlike the films that this model learned from (" + plain(distance) +
              "; its limit is " + plain(threshold) + ")."};
}

}  // namespace thoraxlite
