// The time left of a run, from given seconds: no clock is asked.
#include "training/time_left.h"

#include <doctest/doctest.h>

using namespace thoraxlite;

TEST_CASE("the first epoch is judged by its own pace, the later ones by those before them") {
  TimeLeft left(10, 0, 0);
  CHECK(left.text(0, 0).empty());
  CHECK(left.of_run(5, 0.25) == doctest::Approx(20 * 9.75));
  left.add_epoch(40);
  CHECK(left.of_run(0, 0) == doctest::Approx(9 * 40));
  CHECK(left.of_run(1, 0.5) == doctest::Approx(8.5 * 40));
  left.add_epoch(20);  // the later one counts as much as all before it
  CHECK(left.of_run(0, 0) == doctest::Approx(8 * 30));
  CHECK(left.text(0, 0) == "run 4:00 left");
}

TEST_CASE("what follows a run counts as epochs of it") {
  TimeLeft left(4, 2, 20);
  left.add_epoch(60);
  CHECK(left.of_run(0, 0) == doctest::Approx(60));
  CHECK(left.of_all(0, 0) == doctest::Approx(60 + 20 * 60));
  CHECK(left.text(0, 0) == "run 1:00 left, all about 21:00 left");
  left.add_epoch(60);
  CHECK(left.of_run(0, 0) == 0);
  CHECK(left.of_all(0, 0) == doctest::Approx(1200));
}

TEST_CASE("times as a clock shows them") {
  CHECK(clock_text(0) == "0:00");
  CHECK(clock_text(59.6) == "1:00");
  CHECK(clock_text(3599.4) == "59:59");
  CHECK(clock_text(3599.6) == "1:00:00");
  CHECK(clock_text(200000) == "55:33:20");
}
