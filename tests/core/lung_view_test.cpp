#include "core/lung_view.h"

#include <doctest/doctest.h>

#include <algorithm>
#include <cmath>
#include <random>
#include <utility>

#include "core/image/prepare.h"
#include "made_models.h"

using namespace thoraxlite;

namespace {

std::vector<float> random_film(int side, std::mt19937& random) {
  std::vector<float> pixels(static_cast<std::size_t>(side) * static_cast<std::size_t>(side));
  for (float& pixel : pixels) pixel = static_cast<float>(random() % 256) / 255;
  return pixels;
}

std::size_t at(int y, int x, int side) {
  return static_cast<std::size_t>(y) * static_cast<std::size_t>(side) + static_cast<std::size_t>(x);
}

// 1 in the boxes.
std::vector<std::uint8_t> mask_of(int side, const std::vector<Box>& boxes) {
  std::vector<std::uint8_t> mask(at(side, 0, side));
  for (const Box& box : boxes) {
    for (int y = box.top; y < box.top + box.height; ++y) {
      for (int x = box.left; x < box.left + box.width; ++x) mask[at(y, x, side)] = 1;
    }
  }
  return mask;
}

// By the definition: the overlap of every pixel with every place.
std::vector<float> averaged_by_loops(const std::vector<float>& pixels, int stride, const Box& box,
                                     int size) {
  const auto overlap = [size](int pixel, int place, int length) {
    const double begin = double{1} * place * length / size;
    const double end = double{1} * (place + 1) * length / size;
    return std::max(0.0, std::min(end, pixel + 1.0) - std::max(begin, double{1} * pixel));
  };
  std::vector<float> average;
  for (int to_y = 0; to_y < size; ++to_y) {
    for (int to_x = 0; to_x < size; ++to_x) {
      double sum = 0;
      for (int y = 0; y < box.height; ++y) {
        for (int x = 0; x < box.width; ++x) {
          sum += overlap(y, to_y, box.height) * overlap(x, to_x, box.width) *
                 pixels[at(box.top + y, box.left + x, stride)];
        }
      }
      average.push_back(
          static_cast<float>(sum * size * size / (double{1} * box.width * box.height)));
    }
  }
  return average;
}

float largest_difference(const std::vector<float>& a, const std::vector<float>& b) {
  REQUIRE(a.size() == b.size());
  float largest = 0;
  for (std::size_t i = 0; i < a.size(); ++i) largest = std::max(largest, std::abs(a[i] - b[i]));
  return largest;
}

struct MeanAndDeviation {
  double mean = 0, deviation = 0;
};

MeanAndDeviation of_those_inside(const std::vector<float>& values,
                                 const std::vector<std::uint8_t>& mask) {
  double sum = 0, squares = 0, count = 0;
  for (std::size_t i = 0; i < values.size(); ++i) {
    if (mask[i] == 0) continue;
    sum += values[i];
    squares += double{1} * values[i] * values[i];
    ++count;
  }
  return {sum / count, std::sqrt(squares / count - sum / count * (sum / count))};
}

// Two lungs in a film of 60, a fifth of it.
constexpr int kSide = 60;
const Box kRightLung{10, 12, 14, 30};
const Box kLeftLung{34, 10, 13, 28};

LungView made_view() {
  LungView view;
  view.film = kSide;
  return view;
}

}  // namespace

TEST_CASE("a part of a film is averaged as whole films are") {
  std::mt19937 random(1);
  for (const auto& [side, size] :
       {std::pair{224, 112}, {225, 128}, {61, 60}, {60, 61}, {7, 20}, {1, 3}, {40, 40}}) {
    GreyImage image{side, side, 255, {}};
    std::vector<float> pixels;
    for (int i = 0; i < side * side; ++i) {
      image.pixels.push_back(static_cast<std::uint16_t>(random() % 256));
      pixels.push_back(static_cast<float>(image.pixels.back()) / 255);
    }
    CHECK(largest_difference(average_area(pixels, side, {0, 0, side, side}, size),
                             resize_area(image, size)) < 1e-6f);
  }
}

TEST_CASE("boxes of any shape and place are averaged by exact areas, also onto more pixels") {
  std::mt19937 random(2);
  for (int i = 0; i < 60; ++i) {
    const int side = 5 + static_cast<int>(random() % 30);
    const std::vector<float> film = random_film(side, random);
    Box box;
    box.left = static_cast<int>(random() % static_cast<unsigned>(side));
    box.top = static_cast<int>(random() % static_cast<unsigned>(side));
    box.width = 1 + static_cast<int>(random() % static_cast<unsigned>(side - box.left));
    box.height = 1 + static_cast<int>(random() % static_cast<unsigned>(side - box.top));
    for (const int size : {1, 7, 16, 41}) {
      REQUIRE(largest_difference(average_area(film, side, box, size),
                                 averaged_by_loops(film, side, box, size)) < 1e-6f);
    }
  }
}

TEST_CASE("the lung network reads a mean of 0 and a deviation of 1, and no noise of a flat film") {
  std::mt19937 random(3);
  const std::vector<float> film = random_film(61, random);
  for (const int size : {20, 61, 80}) {
    const std::vector<float> input = lung_input(film, 61, size);
    REQUIRE(input.size() == at(size, 0, size));
    const auto moments = of_those_inside(input, std::vector<std::uint8_t>(input.size(), 1));
    CHECK(std::abs(moments.mean) < 1e-4);
    CHECK(moments.deviation == doctest::Approx(1).epsilon(1e-4));
  }
  for (const float input : lung_input(std::vector<float>(100, 0.7f), 10, 5)) {
    CHECK(std::abs(input) < 1e-4f);
  }
  std::vector<float> faint(100, 0.5f);
  for (std::size_t i = 0; i < 100; i += 2) faint[i] = 0.5f + 0.01f;  // deviation 0.005
  const std::vector<float> input = lung_input(faint, 10, 10);
  CHECK(input[0] == doctest::Approx(0.005 / kLeastDeviation).epsilon(1e-3));
}

TEST_CASE("the lung field lies where the map is above 0, bilinear between its positions") {
  // Positions of 2 pixels: a border at 0 between -1 and 1 lies on the border of positions.
  std::vector<float> map(16, -1);
  for (const std::size_t inside : {5, 6, 9, 10}) map[inside] = 1;
  const auto mask = lung_field(map, 4, 8);
  // The corners of a square are rounded off by bilinear interpolation alone where it is negative.
  for (int y = 0; y < 8; ++y) {
    for (int x = 0; x < 8; ++x) {
      const auto along = [](int pixel) {  // of a map that is 1 in the two middle positions of four
        const double place = std::clamp((pixel + 0.5) / 2 - 0.5, 0.0, 3.0);
        return place < 1 ? place : place < 2 ? 1 : 3 - place;
      };
      CHECK(mask[at(y, x, 8)] == (2 * along(y) * along(x) - 1 > 0 ? 1 : 0));
    }
  }
  // 3 positions over 7 pixels: places 0.5 * 3/7 - 0.5 and so on.
  std::vector<float> columns = {1, -1, -1, 1, -1, -1, 1, -1, -1};
  const auto narrow = lung_field(columns, 3, 7);
  for (int y = 0; y < 7; ++y) {
    for (int x = 0; x < 7; ++x) {
      CHECK(narrow[at(y, x, 7)] == ((x + 0.5) * 3 / 7 - 0.5 < 0.5 ? 1 : 0));
    }
  }
  CHECK(lung_field(map, 4, 4) == mask_of(4, {{1, 1, 2, 2}}));
  CHECK(lung_field({1}, 1, 3) == std::vector<std::uint8_t>(9, 1));
  CHECK(lung_field({0}, 1, 3) == std::vector<std::uint8_t>(9));
  // A map finer than the film.
  CHECK(lung_field(std::vector<float>(64, 1), 8, 3) == std::vector<std::uint8_t>(9, 1));
  CHECK(lung_field(std::vector<float>(4, std::nanf("")), 2, 2) == std::vector<std::uint8_t>(4));
}

TEST_CASE("parts of the lung field below a fifth of the largest are left out") {
  const auto found = [](const std::vector<Box>& boxes) {
    const auto mask = mask_of(20, boxes);
    std::vector<float> map(mask.begin(), mask.end());
    for (float& value : map) value = 2 * value - 1;
    return lung_field(map, 20, 20);
  };
  const Box large{1, 1, 5, 10};          // 50
  const Box ten{10, 1, 5, 2};            // a fifth
  const Box nine{10, 6, 3, 3};           // less
  const Box touching{6, 11, 2, 2};       // diagonally: a part of its own
  const Box round_the_end{19, 3, 1, 4};  // the end of a row is not next to the start of the next
  CHECK(found({large, ten, nine}) == mask_of(20, {large, ten}));
  CHECK(found({large, touching}) == mask_of(20, {large}));
  CHECK(found({{0, 1, 5, 10}, round_the_end}) == mask_of(20, {{0, 1, 5, 10}}));
  CHECK(found({nine}) == mask_of(20, {nine}));
  CHECK(found({}) == mask_of(20, {}));
}

TEST_CASE("the box lies around the lungs with its margin, within the film") {
  LungView view = made_view();
  const auto lungs = mask_of(kSide, {kRightLung, kLeftLung});
  CHECK(lung_share(lungs) == doctest::Approx((14 * 30 + 13 * 28) / 3600.0));
  const auto is = [](const Box& box, const Box& other) {
    return box.left == other.left && box.top == other.top && box.width == other.width &&
           box.height == other.height;
  };
  view.margin = 0;
  CHECK(is(lung_box(lungs, view), {10, 10, 37, 32}));
  view.margin = 0.05f;  // 3 pixels
  CHECK(is(lung_box(lungs, view), {7, 7, 43, 38}));
  view.margin = 0.2f;  // 12: beyond the borders above and left
  CHECK(is(lung_box(lungs, view), {0, 0, 59, 54}));
  view.margin = 1;
  CHECK(is(lung_box(lungs, view), {0, 0, kSide, kSide}));
  // Of less than a twentieth of the film nothing is cut out.
  view.margin = 0;
  CHECK(is(lung_box(mask_of(kSide, {{10, 10, 18, 10}}), view), {10, 10, 18, 10}));
  CHECK(is(lung_box(mask_of(kSide, {{10, 10, 17, 10}}), view), {0, 0, kSide, kSide}));
  CHECK(is(lung_box(mask_of(kSide, {}), view), {0, 0, kSide, kSide}));
}

TEST_CASE("the picture has its mean and deviation inside the lungs, whatever the exposure") {
  std::mt19937 random(4);
  const LungView view = made_view();
  const auto lungs = mask_of(kSide, {kRightLung, kLeftLung});
  const Box whole{0, 0, kSide, kSide};
  std::vector<float> film = random_film(kSide, random);
  for (float& pixel : film) pixel = 0.3f + 0.3f * pixel;  // nothing is clipped
  const std::vector<float> picture = lung_picture(film, lungs, whole, view, kSide);
  const auto inside = of_those_inside(picture, lungs);
  CHECK(inside.mean == doctest::Approx(view.mean).epsilon(1e-5));
  CHECK(inside.deviation == doctest::Approx(view.deviation).epsilon(1e-5));

  const Box box = lung_box(lungs, view);
  const std::vector<float> crop = lung_picture(film, lungs, box, view, 24);
  CHECK(largest_difference(crop, average_area(picture, kSide, box, 24)) < 1e-6f);
  for (const auto& [contrast, brightness] : {std::pair{0.5f, 0.2f}, {1.4f, -0.3f}, {1.0f, 0.3f}}) {
    std::vector<float> other = film;
    for (float& pixel : other) pixel = contrast * pixel + brightness;
    CHECK(largest_difference(lung_picture(other, lungs, box, view, 24), crop) < 1e-4f);
  }

  // What lies far outside does not matter.
  std::vector<float> marked = film;
  for (int x = 0; x < kSide; ++x) marked[at(kSide - 1, x, kSide)] = 1;
  CHECK(largest_difference(lung_picture(marked, lungs, box, view, 24), crop) == 0);

  // Flat lungs: their noise is not blown up.
  std::vector<float> flat(film.size(), 0.5f);
  flat[at(20, 15, kSide)] = 0.51f;
  const auto grey = lung_picture(flat, lungs, whole, view, kSide);
  CHECK(grey[at(20, 15, kSide)] ==
        doctest::Approx(view.mean + 0.01 * view.deviation / kLeastDeviation).epsilon(1e-3));
}

TEST_CASE("outside the lungs the picture fades to its mean, or is kept") {
  LungView view = made_view();
  const auto lungs = mask_of(kSide, {kRightLung, kLeftLung});
  const Box whole{0, 0, kSide, kSide};
  std::mt19937 random(5);
  std::vector<float> film = random_film(kSide, random);
  for (std::size_t i = 0; i < film.size(); ++i) {
    film[i] = lungs[i] != 0 ? 0.3f + 0.2f * film[i] : 0.9f;  // light around the lungs
  }
  const auto faded = lung_picture(film, lungs, whole, view, kSide);
  view.outside = Outside::kept;
  const auto kept = lung_picture(film, lungs, whole, view, kSide);
  const int reach = static_cast<int>(std::lround(kSoftEdge * kSide));
  REQUIRE(reach == 2);
  for (int y = 0; y < kSide; ++y) {
    for (int x = 0; x < kSide; ++x) {
      const std::size_t i = at(y, x, kSide);
      if (lungs[i] != 0) {
        REQUIRE(faded[i] == kept[i]);
      } else {
        REQUIRE(kept[i] == 1);  // clipped
      }
    }
  }
  // Along a row through the middle of a lung's side: lung ends at 24, and the other begins at 34.
  const auto weight = [&](int x) {
    return (faded[at(25, x, kSide)] - view.mean) / (1 - view.mean);
  };
  CHECK(weight(24) == doctest::Approx(2 * 2 / 5.0));  // of a window of 5 columns 2 are inside
  CHECK(weight(25) == doctest::Approx(2 * 1 / 5.0));
  for (int x = 26; x < 32; ++x) CHECK(weight(x) == 0);
  CHECK(weight(32) == doctest::Approx(2 * 1 / 5.0));
  CHECK(weight(47) == doctest::Approx(2 * 2 / 5.0));
}

TEST_CASE("a film without lungs is taken as all lung") {
  std::mt19937 random(6);
  const LungView view = made_view();
  const Box whole{0, 0, kSide, kSide};
  const std::vector<float> film = random_film(kSide, random);
  const std::vector<std::uint8_t> all(film.size(), 1);
  const auto picture = lung_picture(film, all, whole, view, 30);
  for (const std::vector<Box>& little : {std::vector<Box>{}, {{3, 3, 5, 5}}}) {
    const auto seen = lung_picture(film, mask_of(kSide, little), whole, view, 30);
    CHECK(largest_difference(seen, picture) < 1e-6f);
  }
}
