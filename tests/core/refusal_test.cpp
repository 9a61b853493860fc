#include "core/refusal.h"

#include <doctest/doctest.h>

#include <cmath>

using namespace thoraxlite;

namespace {

constexpr int kSide = 24;

// Light and dark by place; x and y in [0, 1).
template <class Brightness>
Film film(Brightness brightness) {
  Film film{200, 220, 255, 0, 0, 255, {}};
  for (int y = 0; y < kSide; ++y) {
    for (int x = 0; x < kSide; ++x) {
      film.pixels.push_back(brightness((x + 0.5f) / kSide, (y + 0.5f) / kSide));
    }
  }
  return film;
}

float chest(float x, float /*y*/) {
  const float across = std::abs(x - 0.5f);
  return across < 0.12f || across > 0.42f ? 0.8f : 0.3f;
}

std::string type_of(const Film& film, const FilmFacts& facts = {}, const Card& card = {}) {
  const auto refusal = reason_to_refuse(film, facts, card);
  return refusal ? to_string(refusal->type) : "none";
}

FilmFacts with_age(double years) {
  FilmFacts facts;
  facts.age_years = years;
  return facts;
}

}  // namespace

TEST_CASE("a plain film is refused by no rule") {
  CHECK(type_of(film(chest)) == "none");
}

TEST_CASE("size and blankness are those of the file") {
  Film small = film(chest);
  small.width = 63;
  CHECK(type_of(small) == "too_small");
  Film blank = film([](float, float) { return 0.5f; });
  blank.darkest = blank.brightest = 128;
  CHECK(type_of(blank) == "blank");
}

TEST_CASE("a film that is nearly black or white is over- or underexposed") {
  const auto mostly = [](float usual, float rest, float share) {
    return film([=](float, float y) { return y < share ? usual : rest; });
  };
  CHECK(type_of(mostly(0.05f, 0.5f, 0.95f)) == "overexposed");
  CHECK(type_of(mostly(0.05f, 0.5f, 0.75f)) == "none");
  CHECK(type_of(mostly(0.97f, 0.5f, 0.95f)) == "underexposed");
  CHECK(type_of(mostly(0.97f, 0.5f, 0.75f)) == "none");
}

TEST_CASE("a negative is inverted, at any brightness") {
  const auto negative = [](float x, float y) { return 1 - chest(x, y); };
  CHECK(type_of(film(negative)) == "inverted");
  CHECK(type_of(film([&](float x, float y) { return 0.4f + 0.1f * negative(x, y); })) ==
        "inverted");
  CHECK(type_of(film([](float x, float y) { return 0.4f + 0.1f * chest(x, y); })) == "none");
}

TEST_CASE("colour is refused, a tint is not") {
  Film picture = film(chest);
  picture.colourfulness = 0.2f;
  CHECK(type_of(picture) == "colour");
  picture.colourfulness = 0.03f;
  CHECK(type_of(picture) == "none");
}

TEST_CASE("DICOM tells of lateral views, other body parts and other modalities") {
  FilmFacts facts;
  CHECK(type_of(film(chest), facts) == "none");
  facts.other_body_part = "HAND";
  CHECK(type_of(film(chest), facts) == "body_part");
  CHECK(reason_to_refuse(film(chest), facts, {})->message ==
        "The file's body part is HAND; the model was made for chest films.");
  facts.other_modality = "CT";
  CHECK(type_of(film(chest), facts) == "modality");
  CHECK(reason_to_refuse(film(chest), facts, {})->message ==
        "The file's modality is CT; the model was made for radiographs.");
  facts.is_lateral = true;
  CHECK(type_of(film(chest), facts) == "lateral");
}

TEST_CASE("a child is refused by a model that was not made for children, and only there") {
  Card adults;
  adults.minimum_age = 18;
  CHECK(type_of(film(chest), with_age(4.5), adults) == "child");
  CHECK(reason_to_refuse(film(chest), with_age(4.5), adults)->message ==
        "The patient is 4 years old; the model was made for patients of 18 years and older.");
  CHECK(type_of(film(chest), with_age(17.9), adults) == "child");
  CHECK(type_of(film(chest), with_age(18), adults) == "none");
  CHECK(type_of(film(chest), FilmFacts{}, adults) == "none");
  CHECK(type_of(film(chest), with_age(4.5)) == "none");
}
