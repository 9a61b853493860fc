#include "core/image/inverse_dct.h"

#include <doctest/doctest.h>

#include <algorithm>
#include <array>
#include <random>

using namespace thoraxlite;

namespace {

using DctBlock = std::array<std::int16_t, 64>;
using DctPixels = std::array<std::uint8_t, 64>;

DctPixels transformed(DctBlock block, const DctBlock& steps, DctReach reach) {
  DctPixels pixels{};
  inverse_dct(block.data(), steps.data(), reach, pixels.data(), 8);
  CHECK(block == DctBlock{});
  return pixels;
}

DctPixels plainly(DctBlock block, const DctBlock& steps) {
  DctPixels pixels{};
  inverse_dct_plainly(block.data(), steps.data(), pixels.data(), 8);
  return pixels;
}

DctReach reach_of_place(int place) {
  if (place == 0) return DctReach::mean;
  return place % 8 < 4 && place / 8 < 4 ? DctReach::low : DctReach::all;
}

}  // namespace

TEST_CASE("the inverse DCT is the same in instructions and in plain C++, however far it reaches") {
  std::mt19937 random(5);
  const auto below = [&](int limit) {
    return static_cast<int>(random() % static_cast<unsigned>(limit));
  };
  for (int run = 0; run < 20000; ++run) {
    CAPTURE(run);
    // Those of films, and any that a hostile file may state.
    const bool is_hostile = run % 3 == 0;
    const int most = is_hostile ? 65536 : 1 << (1 + run % 9);
    DctBlock steps{};
    for (auto& step : steps)
      step = static_cast<std::int16_t>(is_hostile ? below(65536) : 1 + below(20));
    DctBlock block{};
    const int reach = run % 4 == 0 ? 0 : run % 4 == 1 ? 4 : 8;
    for (int count = reach == 0 ? 0 : below(20); count > 0; --count) {
      block[static_cast<std::size_t>(8 * below(reach) + below(reach))] =
          static_cast<std::int16_t>(below(most) - most / 2);
    }
    block[0] = static_cast<std::int16_t>(below(most) - most / 2);
    const DctPixels expected = plainly(block, steps);
    const DctReach least = dct_reach(block.data());
    REQUIRE(transformed(block, steps, least) == expected);
    REQUIRE(transformed(block, steps, DctReach::all) == expected);
    if (reach <= 4) REQUIRE(transformed(block, steps, DctReach::low) == expected);
  }
}

TEST_CASE("how far a block reaches is seen in each of its places") {
  for (int place = 0; place < 64; ++place) {
    CAPTURE(place);
    for (const std::int16_t value : {std::int16_t{1}, std::int16_t{256}, std::int16_t{-32768}}) {
      DctBlock block{};
      block[static_cast<std::size_t>(place)] = value;
#ifdef __SSE2__
      CHECK(dct_reach(block.data()) == reach_of_place(place));
#else
      CHECK(dct_reach(block.data()) >= reach_of_place(place));
#endif
    }
  }
}

TEST_CASE("the inverse DCT of a block's mean is that mean, and not beyond black and white") {
  DctBlock steps{};
  steps.fill(8);
  for (int mean = -300; mean <= 300; ++mean) {
    DctBlock block{};
    block[0] = static_cast<std::int16_t>(mean);
    DctPixels expected{};
    expected.fill(static_cast<std::uint8_t>(std::clamp(mean + 128, 0, 255)));
    CHECK(transformed(block, steps, DctReach::mean) == expected);
  }
}
