#include "core/refusal.h"

#include <doctest/doctest.h>

#include <algorithm>
#include <cmath>

#include "made_images.h"

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
  for (int Film::* side : {&Film::width, &Film::height}) {
    Film small = film(chest);
    small.*side = 63;
    CHECK(type_of(small) == "too_small");
    small.*side = 64;
    CHECK(type_of(small) == "none");
  }
  Film blank = film(chest);
  blank.darkest = blank.brightest = 128;
  CHECK(type_of(blank) == "blank");
  blank.brightest = 129;
  CHECK(type_of(blank) == "none");
}

TEST_CASE("a film is over- or underexposed where more than 85 % of it is nearly black or white") {
  // 576 pixels, 85 % of which are 489.6.
  const auto mostly = [](float value, std::size_t pixels) {
    Film film{200, 220, 255, 0, 0, 255, std::vector<float>(kSide * kSide, 0.5f)};
    std::fill_n(film.pixels.begin(), pixels, value);
    return type_of(film);
  };
  for (const float dark : {0.0f, 0.05f, 0.1f}) {
    CAPTURE(dark);
    CHECK(mostly(dark, 490) == "overexposed");
    CHECK(mostly(dark, 489) == "none");
  }
  CHECK(mostly(0.1001f, 576) == "none");
  for (const float light : {0.9f, 0.95f, 1.0f}) {
    CAPTURE(light);
    CHECK(mostly(light, 490) == "underexposed");
    CHECK(mostly(light, 489) == "none");
  }
  CHECK(mostly(0.8999f, 576) == "none");
}

namespace {

struct Rectangle {
  int left, right, top, bottom;  // pixels; right and bottom lie outside
};

// Of a film of 24 pixels a side.
constexpr Rectangle kSpine{10, 14, 8, 18};
constexpr Rectangle kRightLung{4, 8, 6, 16};
constexpr Rectangle kLeftLung{16, 20, 6, 16};

double mean_of(const Film& film, const Rectangle& in) {
  double sum = 0;
  for (int y = in.top; y < in.bottom; ++y) {
    for (int x = in.left; x < in.right; ++x) sum += film.pixels[y * kSide + x];
  }
  return sum / ((in.right - in.left) * (in.bottom - in.top));
}

// How much darker the spine is than the lungs, in deviations of the film.
double spine_darkness(const Film& film) {
  const double mean = mean_of(film, {0, kSide, 0, kSide});
  double squares = 0;
  for (const float pixel : film.pixels) squares += (pixel - mean) * (pixel - mean);
  return ((mean_of(film, kRightLung) + mean_of(film, kLeftLung)) / 2 - mean_of(film, kSpine)) /
         std::sqrt(squares / (kSide * kSide));
}

// Noise, so that every row and column counts, with a spine that is darker by `step`.
Film noisy_film(float step) {
  Film film{200, 220, 255, 0, 0, 255, {}};
  for (const std::uint16_t value : pattern(kSide, kSide, 3)) {
    film.pixels.push_back(0.5f + static_cast<float>(value % 4096) / 16384);
  }
  for (int y = kSpine.top; y < kSpine.bottom; ++y) {
    for (int x = kSpine.left; x < kSpine.right; ++x) film.pixels[y * kSide + x] -= step;
  }
  return film;
}

}  // namespace

TEST_CASE("a film is inverted where its spine is darker than its lungs by 0.9 deviations") {
  float low = 0;
  float high = 0.4f;
  while (high - low > 1e-5f) {
    const float middle = (low + high) / 2;
    (spine_darkness(noisy_film(middle)) < 0.9 ? low : high) = middle;
  }
  const Film below = noisy_film(low - 1e-4f);
  const Film above = noisy_film(high + 1e-4f);
  REQUIRE(spine_darkness(below) > 0.895);
  REQUIRE(spine_darkness(above) < 0.905);
  CHECK(type_of(below) == "none");
  CHECK(type_of(above) == "inverted");
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
  picture.colourfulness = 0.0801f;
  CHECK(type_of(picture) == "colour");
  for (const float tint : {0.03f, 0.0799f, 0.08f}) {
    picture.colourfulness = tint;
    CHECK(type_of(picture) == "none");
  }
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
  CHECK(type_of(film(chest), with_age(17.999), adults) == "child");
  CHECK(type_of(film(chest), with_age(18), adults) == "none");
  CHECK(type_of(film(chest), FilmFacts{}, adults) == "none");
  CHECK(type_of(film(chest), with_age(4.5)) == "none");
}
