// The way from stored values to grey against the formulas of PS3.3, worked out by hand.
#include "core/dicom/grey_table.h"

#include <doctest/doctest.h>

#include <cmath>

using namespace thoraxlite;

namespace {

constexpr double kWhite = 65535;

std::vector<std::uint16_t> table_of(const GreyWay& way) {
  return grey_table(way, std::vector<bool>(std::size_t{1} << way.bits_stored, true));
}

Voi window(Voi::Kind kind, double centre, double width) {
  Voi voi;
  voi.kind = kind;
  voi.centre = centre;
  voi.width = width;
  return voi;
}

}  // namespace

TEST_CASE("LINEAR reaches black and white half a step inside its width") {
  // C.11.2.1.2.1's own example: centre 2048, width 4096 maps 0 .. 4095 onto the whole output.
  const Voi voi = window(Voi::Kind::linear, 2048, 4096);
  CHECK(apply_window(voi, 0) == 0);
  CHECK(apply_window(voi, 4095) == doctest::Approx(1));
  CHECK(apply_window(voi, 2047.5) == doctest::Approx(0.5));
  CHECK(apply_window(voi, -1) == 0);
  CHECK(apply_window(voi, 4096) == 1);
}

TEST_CASE("LINEAR of width 1 is a threshold") {
  const Voi voi = window(Voi::Kind::linear, 100, 1);
  CHECK(apply_window(voi, 99) == 0);
  CHECK(apply_window(voi, 99.5) == 0);
  CHECK(apply_window(voi, 100) == 1);
}

TEST_CASE("LINEAR_EXACT reaches black and white at its edges") {
  const Voi voi = window(Voi::Kind::linear_exact, 10, 4);
  CHECK(apply_window(voi, 8) == 0);
  CHECK(apply_window(voi, 9) == doctest::Approx(0.25));
  CHECK(apply_window(voi, 10) == doctest::Approx(0.5));
  CHECK(apply_window(voi, 12) == doctest::Approx(1));
  CHECK(apply_window(voi, 12.5) == 1);
}

TEST_CASE("SIGMOID follows its exponential") {
  const Voi voi = window(Voi::Kind::sigmoid, 100, 40);
  CHECK(apply_window(voi, 100) == doctest::Approx(0.5));
  CHECK(apply_window(voi, 110) == doctest::Approx(1 / (1 + std::exp(-1.0))));
  CHECK(apply_window(voi, 60) == doctest::Approx(1 / (1 + std::exp(4.0))));
}

TEST_CASE("the modality comes before the window, and inversion after it") {
  GreyWay way;
  way.bits_stored = 8;
  way.modality.kind = Modality::Kind::rescale;
  way.modality.slope = 2;
  way.modality.intercept = -100;
  way.voi = window(Voi::Kind::linear_exact, 100, 200);
  way.is_inverted = true;
  const auto table = table_of(way);
  CHECK(table[50] == 65535);  // 0 after the modality: black before inversion
  CHECK(table[75] == 49151);  // 50: a quarter; 0.75 * 65535 = 49151.25
  CHECK(table[150] == 0);     // 200: white
  CHECK(table[0] == 65535);   // -100: below the window
}

TEST_CASE("signed codes are two's complement of the bits stored") {
  GreyWay way;
  way.bits_stored = 12;
  way.is_signed = true;
  way.voi = window(Voi::Kind::linear_exact, 0, 4096);
  const auto table = table_of(way);
  CHECK(table[0x800] == 0);  // -2048
  CHECK(table[0] == 32768);
  CHECK(table[0xfff] == std::floor((-1.0 / 4096 + 0.5) * kWhite + 0.5));
}

TEST_CASE("the full range leaves out padding and codes that do not occur") {
  GreyWay way;
  way.bits_stored = 8;
  way.padding = StoredRange{0, 10};
  std::vector<bool> is_present(256, false);
  for (const std::size_t code : {5, 60, 110, 160}) is_present[code] = true;
  const auto table = grey_table(way, is_present);
  CHECK(table[5] == 0);
  CHECK(table[60] == 0);
  CHECK(table[110] == 32768);
  CHECK(table[160] == 65535);
  way.is_inverted = true;
  const auto inverted = grey_table(way, is_present);
  CHECK(inverted[5] == 0);  // padding is black on either side
  CHECK(inverted[60] == 65535);
  CHECK(inverted[160] == 0);
}

TEST_CASE("an image of one value is black") {
  GreyWay way;
  way.bits_stored = 8;
  std::vector<bool> is_present(256, false);
  is_present[77] = true;
  CHECK(grey_table(way, is_present)[77] == 0);
}

TEST_CASE("tables hold their ends, and start where they say") {
  GreyWay way;
  way.bits_stored = 8;
  way.modality.kind = Modality::Kind::lut;
  way.modality.lut = {100, 65535, {1000, 2000, 3000}};
  way.voi.kind = Voi::Kind::lut;
  way.voi.lut = {1000, 1023, std::vector<std::uint16_t>(2001)};
  way.voi.lut.entries[0] = 0;
  way.voi.lut.entries[1000] = 512;
  way.voi.lut.entries[2000] = 5000;  // more than 10 bits: white
  const auto table = table_of(way);
  CHECK(table[0] == 0);
  CHECK(table[100] == 0);
  CHECK(table[101] == std::floor(512.0 / 1023 * kWhite + 0.5));
  CHECK(table[102] == 65535);
  CHECK(table[255] == 65535);
}
