#include "core/image/prepare.h"

#include <doctest/doctest.h>

#include <algorithm>
#include <cmath>
#include <cstring>

#include "core/image/read_film.h"
#include "made_images.h"

using namespace thoraxlite;

namespace {

GreyImage made(int width, int height) {
  return {width, height, 65535, pattern(width, height)};
}

// The definition in double precision: the mean of the image over the output pixel's area.
double area_mean(const GreyImage& image, int size, int x, int y) {
  const double left = double(x) * image.width / size;
  const double right = double(x + 1) * image.width / size;
  const double top = double(y) * image.height / size;
  const double bottom = double(y + 1) * image.height / size;
  double sum = 0;
  for (int j = int(top); j < std::min<double>(image.height, bottom); ++j) {
    for (int i = int(left); i < std::min<double>(image.width, right); ++i) {
      const double area = (std::min(right, i + 1.0) - std::max<double>(left, i)) *
                          (std::min(bottom, j + 1.0) - std::max<double>(top, j));
      sum += area * image.pixels[j * image.width + i];
    }
  }
  return sum / ((right - left) * (bottom - top)) / image.max_value;
}

// FNV-1a over the bytes of the floats.
std::uint64_t digest(const std::vector<float>& values) {
  std::uint64_t hash = 0xcbf29ce484222325;
  for (const float value : values) {
    std::uint8_t bytes[sizeof value];
    std::memcpy(bytes, &value, sizeof value);
    for (const std::uint8_t byte : bytes) hash = (hash ^ byte) * 0x100000001b3;
  }
  return hash;
}

}  // namespace

TEST_CASE("every output pixel is the mean over its area") {
  const int sizes[] = {1, 2, 7, 8, 9, 15, 16, 33, 64, 101};
  for (const int width : sizes) {
    for (const int height : {1, 5, 16, 47}) {
      for (const int size : {1, 2, 7, 16, 32}) {
        CAPTURE(width);
        CAPTURE(height);
        CAPTURE(size);
        const GreyImage image = made(width, height);
        const std::vector<float> output = resize_area(image, size);
        REQUIRE(output.size() == std::size_t(size) * size);
        for (int i = 0; i < size * size; ++i) {
          REQUIRE(std::abs(output[i] - area_mean(image, size, i % size, i / size)) < 1e-7);
        }
      }
    }
  }
}

TEST_CASE("rows taken together are averaged as rows taken one by one") {
  for (const int size : {1, 3, 16, 37}) {
    for (const int width : {1, 5, 33, 64}) {
      for (const int height : {1, 7, 16, 100, 331}) {
        CAPTURE(size);
        CAPTURE(width);
        CAPTURE(height);
        const std::size_t stride = static_cast<std::size_t>(width) + 3;
        Bytes pixels;
        for (const std::uint16_t value : pattern(static_cast<int>(stride), height)) {
          pixels.push_back(static_cast<std::uint8_t>(value >> 7));
        }
        AreaAverage singly(width, height, 255, size);
        for (int y = 0; y < height; ++y)
          singly.add_row(pixels.data() + static_cast<std::size_t>(y) * stride);
        AreaAverage together(width, height, 255, size);
        for (int y = 0, count = 1; y < height; y += count) {
          count = std::min(1 + y * 7 % 16, height - y);
          together.add_rows(pixels.data() + static_cast<std::size_t>(y) * stride, stride, count);
        }
        REQUIRE((together.finish() == singly.finish()));
      }
    }
  }
}

TEST_CASE("an image of the right size comes back as it is") {
  for (const int white : {255, 65535}) {
    GreyImage image = made(16, 16);
    image.max_value = static_cast<std::uint16_t>(white);
    for (std::uint16_t& pixel : image.pixels) pixel %= white + 1;
    const std::vector<float> output = resize_area(image, 16);
    for (int i = 0; i < 16 * 16; ++i) REQUIRE(output[i] == image.pixels[i] / float(white));
  }
}

TEST_CASE("black stays 0 and white stays 1 at the largest size") {
  for (const std::uint16_t value : {0, 65535}) {
    const GreyImage image{16384, 3, 65535, std::vector<std::uint16_t>(16384 * 3, value)};
    for (const float pixel : resize_area(image, 224)) REQUIRE(pixel == value / 65535.0f);
  }
}

TEST_CASE("normalising takes off the mean and divides by the deviation") {
  std::vector<float> pixels{0, 0.5f, 1};
  normalise(pixels, {224, 0.5f, 0.25f});
  CHECK(pixels == std::vector<float>{-2, 0, 2});
}

// The same constants stand for native code and WebAssembly: this test is run by both.
TEST_CASE("the same bytes give the same floats on every machine") {
  const auto prepared = [](const std::vector<Bytes>& files) {
    std::vector<float> all;
    for (const Bytes& file : files) {
      auto film = read_film({file.data(), file.size()}, 96);
      REQUIRE(film.has_value());
      normalise(film->pixels, {96, 0.4853f, 0.2221f});
      all.insert(all.end(), film->pixels.begin(), film->pixels.end());
      all.insert(all.end(), {film->colourfulness, float(film->darkest), float(film->brightest)});
    }
    return digest(all);
  };
  std::vector<float> grey = resize_area({301, 199, 65535, pattern(301, 199)}, 96);
  normalise(grey, {96, 0.4853f, 0.2221f});
  CHECK(digest(grey) == 0xf6fa06f03ea33884);

  std::vector<Bytes> pngs;
  for (const MadePngHeader& header : {MadePngHeader{301, 199, 8, 0}, MadePngHeader{301, 199, 16, 0},
                                      MadePngHeader{301, 199, 8, 2}, MadePngHeader{301, 199, 16, 4},
                                      MadePngHeader{301, 199, 16, 6}}) {
    pngs.push_back(filtered_png(header, pattern_rows(header)));
    pngs.push_back(interlaced_png(header, pattern_rows(header)));
  }
  CHECK(prepared(pngs) == 0xcc72f8ec2730e969);

  std::vector<Bytes> jpegs;
  for (const int side : {64, 97, 301}) {
    for (const int quality : {30, 90, 95}) {
      jpegs.push_back(colour_jpeg(side, 199, pattern_rgb(side, 199), quality));
    }
  }
  jpegs.push_back(flat_jpeg(4, 3, {0, 255, 128, 1, 77, 200, 3, 90, 14, 15, 16, 17}, false, 2));
  jpegs.push_back(flat_jpeg(4, 3, {0, 255, 128, 1, 77, 200, 3, 90, 14, 15, 16, 17}, true, 3));
  CHECK(prepared(jpegs) == 0x13d3c321ab2491f5);
}
