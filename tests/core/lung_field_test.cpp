#include "core/lung_field.h"

#include <doctest/doctest.h>

#include <vector>

using namespace thoraxlite;

namespace {

constexpr int kFilmSide = 60;

struct Box {
  int left, right, top, bottom;  // pixels; right and bottom lie outside
};

// Two dark boxes on a lighter film that is not even. No function of a library takes part, so that
// every machine draws the same.
std::vector<float> drawn_film(const Box& right_lung, const Box& left_lung) {
  std::vector<float> pixels;
  for (int y = 0; y < kFilmSide; ++y) {
    for (int x = 0; x < kFilmSide; ++x) {
      const auto in = [x, y](const Box& box) {
        return x >= box.left && x < box.right && y >= box.top && y < box.bottom;
      };
      const int texture = (7 * x + 13 * y) % 16;
      const int grey = in(right_lung) || in(left_lung) ? 64 : 160 + y / 2;
      pixels.push_back(static_cast<float>(grey + texture) / 256);
    }
  }
  return pixels;
}

// The pixels inside: of each row or column, from the first that has any to the last.
struct Counts {
  std::size_t first;
  std::vector<int> pixels;

  bool operator==(const Counts& other) const {
    return first == other.first && pixels == other.pixels;
  }
};

Counts counts_of(const std::vector<std::uint8_t>& mask, bool of_rows) {
  Counts counts{0, std::vector<int>(kFilmSide)};
  for (std::size_t i = 0; i < mask.size(); ++i) {
    counts.pixels[of_rows ? i / kFilmSide : i % kFilmSide] += mask[i];
  }
  while (!counts.pixels.empty() && counts.pixels.back() == 0) counts.pixels.pop_back();
  while (counts.first < counts.pixels.size() && counts.pixels[counts.first] == 0) ++counts.first;
  counts.pixels.erase(counts.pixels.begin(),
                      counts.pixels.begin() + static_cast<std::ptrdiff_t>(counts.first));
  return counts;
}

}  // namespace

// What this fit gives, to the pixel: a figure of overlap (tests/native/evidence_test.cpp) does not
// see a row more or a rim of another width.
TEST_CASE("the lung field of two drawn films") {
  struct DrawnFilm {
    Box right_lung, left_lung;
    Counts rows, columns;
  };
  const DrawnFilm films[] = {
      {{10, 26, 10, 46},
       {34, 50, 10, 46},
       {8, {6,  10, 13, 15, 17, 19, 21, 23, 23, 25, 25, 27, 27, 28, 29, 29, 30, 30, 31, 31,
            31, 31, 32, 32, 32, 32, 32, 32, 32, 32, 32, 32, 27, 18, 12, 10, 8,  6,  4,  2}},
       {10, {22, 25, 27, 28, 29, 29, 29, 30, 30, 31, 32, 32, 33, 34, 34, 0,  0,  0,  0,  0,  0,
             0,  0,  0,  0,  33, 33, 32, 31, 31, 30, 30, 30, 29, 29, 28, 28, 27, 26, 25, 23, 18}}},
      {{6, 24, 14, 50},
       {31, 52, 12, 44},
       {8, {10, 15, 18, 21, 24, 26, 28, 29, 31, 32, 33, 35, 35, 37, 37, 37, 39, 39, 39, 40, 40,
            41, 41, 41, 41, 41, 41, 41, 41, 41, 41, 36, 30, 28, 16, 12, 9,  7,  5,  2,  1}},
       {5, {18, 22, 24, 25, 26, 26, 28, 28, 29, 28, 29, 30, 29, 30, 30, 31,
            31, 32, 32, 32, 0,  0,  0,  0,  0,  0,  0,  35, 34, 34, 34, 34,
            33, 33, 33, 32, 31, 31, 31, 30, 30, 29, 29, 28, 28, 26, 24, 22}}}};
  for (const DrawnFilm& film : films) {
    const auto mask = lung_field(drawn_film(film.right_lung, film.left_lung), kFilmSide);
    CHECK((counts_of(mask, true) == film.rows));
    CHECK((counts_of(mask, false) == film.columns));
  }
}
