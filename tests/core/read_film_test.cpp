#include "core/image/read_film.h"

#include <doctest/doctest.h>

#include "core/image/decode.h"
#include "core/image/prepare.h"
#include "made_images.h"

using namespace thoraxlite;

namespace {

Film film_of(const Bytes& file, int size) {
  const auto film = read_film({file.data(), file.size()}, size);
  if (!film) FAIL_CHECK(film.error().message);
  return film.value_or(Film{});
}

Bytes colour_jpeg_of(int width, int height, Bytes colour) {
  Bytes rgb;
  for (int i = 0; i < width * height; ++i) rgb.insert(rgb.end(), colour.begin(), colour.end());
  return colour_jpeg(width, height, rgb);
}

}  // namespace

TEST_CASE("a film is the area average of the decoded image") {
  const Bytes files[] = {grey_png16(97, 71, pattern(97, 71)),
                         colour_jpeg_of(50, 40, {200, 100, 50}),
                         flat_jpeg(3, 2, {9, 8, 7, 6, 5, 255}, true)};
  for (const Bytes& file : files) {
    const auto image = decode_image({file.data(), file.size()});
    REQUIRE(image.has_value());
    const Film film = film_of(file, 16);
    CHECK(film.width == image->width);
    CHECK(film.height == image->height);
    CHECK(film.max_value == image->max_value);
    CHECK(film.pixels == resize_area(*image, 16));
    CHECK(film.pixels == to_film(*image, 16).pixels);
  }
}

TEST_CASE("a film tells its darkest and its brightest pixel") {
  const Film film = film_of(grey_png16(3, 2, {700, 3, 65000, 70, 80, 90}), 1);
  CHECK(film.darkest == 3);
  CHECK(film.brightest == 65000);
  CHECK(film.max_value == 65535);
}

TEST_CASE("colourfulness is the mean spread of the channels") {
  CHECK(film_of(grey_png8(2, 1, {3, 200}), 1).colourfulness == 0);
  CHECK(film_of(png({2, 1, 8, 2}, {{200, 100, 50, 7, 7, 7}}), 1).colourfulness ==
        doctest::Approx(150.0 / 255 / 2));
  CHECK(film_of(png({1, 1, 16, 2}, {{0xff, 0xff, 0x80, 0, 0, 0}}), 1).colourfulness ==
        doctest::Approx(1));
  CHECK(film_of(colour_jpeg_of(32, 32, {200, 100, 50}), 1).colourfulness ==
        doctest::Approx(150.0 / 255).epsilon(0.03));
  CHECK(film_of(colour_jpeg_of(32, 32, {90, 90, 90}), 1).colourfulness < 0.01);
  CHECK(film_of(flat_jpeg(2, 2, {1, 2, 3, 4}), 1).colourfulness == 0);
}

TEST_CASE("colourfulness of a JPEG is that of its components, however they are sampled") {
  const int factors[][2] = {{1, 1}, {4, 1}, {1, 4}, {2, 2}, {1, 2}};
  for (const auto& [horizontal, vertical] : factors) {
    for (const std::size_t full : {0, 1, 2}) {
      CAPTURE(horizontal);
      CAPTURE(vertical);
      CAPTURE(full);
      const auto of = [&, &h = horizontal, &v = vertical](std::vector<int> values,
                                                          const Bytes& extra) {
        std::vector<FlatComponent> components(3);
        for (std::size_t c = 0; c < 3; ++c) components[c].greys = {values[c]};
        components[full].horizontal = h;
        components[full].vertical = v;
        return film_of(sampled_jpeg(45, 51, components, extra), 1);
      };
      const Film rgb = of({200, 100, 50}, adobe_segment(0));
      CHECK(rgb.colourfulness == doctest::Approx(150.0 / 255));
      CHECK(rgb.brightest == (77 * 200 + 150 * 100 + 29 * 50) / 256);
      CHECK(rgb.darkest == rgb.brightest);
      // R is 1.402 * -30 above luma, B 1.772 * 40.
      CHECK(of({90, 168, 98}, {}).colourfulness ==
            doctest::Approx((1.402 * 30 + 1.772 * 40) / 255).epsilon(0.001));
    }
  }
}

TEST_CASE("a file that is no image is no film") {
  const Bytes text = text_bytes("Dear colleague,\n");
  const auto film = read_film({text.data(), text.size()}, 224);
  REQUIRE_FALSE(film.has_value());
  CHECK(film.error().message == "This is a text file; expected a JPEG, PNG or DICOM image.");
}
