#include "core/image/png_unfilter.h"

#include <doctest/doctest.h>

#include <algorithm>
#include <cstdlib>
#include <random>

#include "made_images.h"

using namespace thoraxlite;

namespace {

int paeth_of_specification(int left, int above, int corner) {
  const int estimate = left + above - corner;
  const int to_left = std::abs(estimate - left);
  const int to_above = std::abs(estimate - above);
  const int to_corner = std::abs(estimate - corner);
  if (to_left <= to_above && to_left <= to_corner) return left;
  return to_above <= to_corner ? above : corner;
}

// Section 9 of the specification, a byte at a time.
std::vector<Bytes> unfiltered(const Bytes& raw, std::size_t size, std::size_t step) {
  std::vector<Bytes> rows;
  Bytes above(size);
  for (std::size_t start = 0; start < raw.size(); start += 1 + size) {
    Bytes row(size);
    for (std::size_t i = 0; i < size; ++i) {
      const int left = i < step ? 0 : row[i - step];
      const int corner = i < step ? 0 : above[i - step];
      const int predicted[] = {0, left, above[i], (left + above[i]) / 2,
                               paeth_of_specification(left, above[i], corner)};
      row[i] = static_cast<std::uint8_t>(raw[start + 1 + i] + predicted[raw[start]]);
    }
    rows.push_back(row);
    above = row;
  }
  return rows;
}

}  // namespace

TEST_CASE("PNG filters are undone as the specification says, in rows of any length and number") {
  std::mt19937 random(3);
  for (const std::size_t step : {1, 2, 3, 4, 6, 8}) {
    for (std::size_t pixels = 1; pixels < 70; pixels += pixels < 20 ? 1 : 7) {
      for (const int height : {1, 2, 7, 8, 9, 15, 16, 17, 41}) {
        CAPTURE(step);
        CAPTURE(pixels);
        CAPTURE(height);
        const std::size_t size = pixels * step;
        // Each filter alone, and all of them mixed; bytes of all kinds, and those that differ
        // little.
        const std::uint32_t kind = random() % 6;
        const std::uint32_t range = random() % 2 == 0 ? 256 : 5;
        Bytes raw;
        for (int y = 0; y < height; ++y) {
          raw.push_back(static_cast<std::uint8_t>(kind < 5 ? kind : random() % 5));
          for (std::size_t i = 0; i < size; ++i) {
            raw.push_back(static_cast<std::uint8_t>(random() % range + 254));
          }
        }
        const std::vector<Bytes> expected = unfiltered(raw, size, step);
        Bytes with_slack = raw;
        with_slack.resize(raw.size() + PngUnfilter::kSlack, 0xaa);
        with_slack.shrink_to_fit();
        PngUnfilter unfilter(size, step);
        for (int y = 0; y < height;) {
          const int count = std::min(unfilter.rows_at_once(), height - y);
          const std::uint8_t* rows =
              unfilter.take(with_slack.data() + static_cast<std::size_t>(y) * (1 + size), count);
          REQUIRE(rows != nullptr);
          for (int i = 0; i < count; ++i, ++y) {
            const std::uint8_t* row = rows + static_cast<std::size_t>(i) * unfilter.stride();
            REQUIRE((Bytes(row, row + size) == expected[static_cast<std::size_t>(y)]));
          }
        }
      }
    }
  }
}

TEST_CASE("every three neighbours of a PNG's byte give what the specification says") {
  // Left and corner as they come; above runs through all values.
  for (int left = 0; left < 256; left += 5) {
    for (int corner = 0; corner < 256; corner += 3) {
      Bytes raw{0};
      for (int above = 0; above < 256; ++above) {
        raw.push_back(static_cast<std::uint8_t>(corner));
        raw.push_back(static_cast<std::uint8_t>(above));
      }
      const std::size_t size = raw.size() - 1;
      // The second row's even bytes become `left`, and its odd ones what is predicted.
      raw.push_back(4);
      const std::size_t second = raw.size();
      int at_left = 0;
      int at_corner = 0;
      for (std::size_t i = 0; i < size; ++i) {
        const int above = raw[1 + i];
        const int predicted = paeth_of_specification(at_left, above, at_corner);
        raw.push_back(static_cast<std::uint8_t>(i % 2 == 0 ? left - predicted : 0));
        at_left = i % 2 == 0 ? left : predicted;
        at_corner = above;
      }
      const std::vector<Bytes> expected = unfiltered(raw, size, 1);
      raw.resize(raw.size() + PngUnfilter::kSlack);
      PngUnfilter unfilter(size, 1);
      const std::uint8_t* rows = unfilter.take(raw.data(), std::min(2, unfilter.rows_at_once()));
      if (unfilter.rows_at_once() == 1) rows = unfilter.take(raw.data() + second - 1, 1);
      const std::uint8_t* row = rows + (unfilter.rows_at_once() > 1 ? unfilter.stride() : 0);
      REQUIRE((Bytes(row, row + size) == expected[1]));
    }
  }
}

TEST_CASE("a PNG filter that does not exist is seen in any row") {
  for (const std::size_t step : {1, 2, 3}) {
    for (int wrong = 0; wrong < 16; ++wrong) {
      PngUnfilter unfilter(12, step);
      if (wrong >= unfilter.rows_at_once()) continue;
      Bytes raw(16 * 13 + PngUnfilter::kSlack);
      raw[static_cast<std::size_t>(wrong) * 13] = 5;
      CHECK(unfilter.take(raw.data(), unfilter.rows_at_once()) == nullptr);
      // Behind the rows that there are it is none.
      if (wrong > 0) CHECK(unfilter.take(raw.data(), wrong) != nullptr);
    }
  }
}
