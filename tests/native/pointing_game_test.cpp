#include "evaluation/pointing_game.h"

#include <doctest/doctest.h>

#include <cmath>

using namespace thoraxlite;

TEST_CASE("the maximum hits or misses, and the order of the positions counts") {
  // The object is the right column of two rows of three.
  const auto right = [](double x, double) { return x > 2 / 3.0; };
  const Pointing all = play_pointing_game({1, 2, 6, 3, 4, 5}, 2, 3, right);
  CHECK(all.hit);
  CHECK(all.chance == doctest::Approx(1 / 3.0));
  CHECK(all.area == 1);

  // The 6 stands above all four beside the object, the 0 above none.
  const Pointing half = play_pointing_game({1, 2, 6, 3, 4, 0}, 2, 3, right);
  CHECK(half.hit);
  CHECK(half.area == 0.5);

  const Pointing none = play_pointing_game({9, 2, 1, 3, 4, 2}, 2, 3, right);
  CHECK_FALSE(none.hit);
  CHECK(none.area == doctest::Approx(0.5 / 8));  // one tie
}

TEST_CASE("places are those of the film: columns across, rows down") {
  const auto corner = [](double x, double y) { return x < 0.5 && y > 0.5; };
  CHECK(play_pointing_game({0, 0, 1, 0}, 2, 2, corner).hit);
  CHECK_FALSE(play_pointing_game({0, 1, 0, 0}, 2, 2, corner).hit);
}

TEST_CASE("an object that no position lies on has no area") {
  const Pointing away = play_pointing_game({1, 2}, 1, 2, [](double, double) { return false; });
  CHECK_FALSE(away.hit);
  CHECK(away.chance == 0);
  CHECK(std::isnan(away.area));
}
