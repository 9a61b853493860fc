#include "data/phantom.h"

#include <doctest/doctest.h>

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <stdexcept>
#include <string>

using namespace thoraxlite;

namespace {

Phantom draw(PhantomKind kind, std::uint64_t seed, int size = 128, int bit_depth = 8) {
  PhantomSpec spec;
  spec.kind = kind;
  spec.size = size;
  spec.bit_depth = bit_depth;
  spec.seed = seed;
  return draw_phantom(spec);
}

// FNV-1a over pixels in row order.
std::uint64_t digest(const GreyImage& image) {
  std::uint64_t hash = 0xCBF29CE484222325u;
  for (const std::uint16_t pixel : image.pixels) {
    hash = (hash ^ (pixel & 0xFF)) * 0x100000001B3u;
    hash = (hash ^ (pixel >> 8)) * 0x100000001B3u;
  }
  return hash;
}

// Mean of the box about a centre, all as fractions of the side; the result too, of white.
double mean_in(const GreyImage& image, double x, double y, double rx, double ry) {
  const auto pixel = [&](double at) {
    return std::clamp(static_cast<int>(at * image.width), 0, image.width - 1);
  };
  double sum = 0;
  int count = 0;
  for (int row = pixel(y - ry); row <= pixel(y + ry); ++row) {
    for (int column = pixel(x - rx); column <= pixel(x + rx); ++column) {
      sum += image.pixels[static_cast<std::size_t>(row) * image.width + column];
      ++count;
    }
  }
  return sum / count / image.max_value;
}

}  // namespace

TEST_CASE("a phantom has the same pixels on every machine") {
  CHECK(digest(draw(PhantomKind::normal, 1, 64).image) == 0xB5BFD7D09B1FD4E1u);
  CHECK(digest(draw(PhantomKind::lobar, 1, 64).image) == 0x5374F08485B6470Eu);
  CHECK(digest(draw(PhantomKind::diffuse, 1, 64).image) == 0x9D3874D6BEF8443Fu);
  CHECK(digest(draw(PhantomKind::lobar, 1, 64, 16).image) == 0x21822D58145A4934u);
}

TEST_CASE("seeds give different people") {
  CHECK(digest(draw(PhantomKind::normal, 1).image) != digest(draw(PhantomKind::normal, 2).image));
}

TEST_CASE("phantoms fill their grey range, at any size") {
  for (const int size : {16, 32, 33, 63, 100, 127, 224, 225, 311, 512}) {
    CAPTURE(size);
    for (const PhantomKind kind : kPhantomKinds) {
      const GreyImage image = draw(kind, static_cast<std::uint64_t>(size), size).image;
      CHECK(image.width == size);
      CHECK(image.height == size);
      CHECK(image.max_value == 255);
      REQUIRE(image.pixels.size() == static_cast<std::size_t>(size) * size);
      const auto [low, high] = std::minmax_element(image.pixels.begin(), image.pixels.end());
      CHECK(*high <= 255);
      CHECK(*high - *low > 120);
    }
  }
}

TEST_CASE("16 bits hold more than 8 bits, and the same picture") {
  const GreyImage shallow = draw(PhantomKind::lobar, 5, 96, 8).image;
  const GreyImage deep = draw(PhantomKind::lobar, 5, 96, 16).image;
  CHECK(deep.max_value == 65535);
  bool finer = false;
  for (std::size_t i = 0; i < deep.pixels.size(); ++i) {
    REQUIRE(std::abs(deep.pixels[i] / 257.0 - shallow.pixels[i]) < 0.51);
    finer = finer || deep.pixels[i] % 257 != 0;
  }
  CHECK(finer);
}

TEST_CASE("lungs are darker than the mediastinum, which is brighter than the air outside") {
  for (std::uint64_t seed = 0; seed < 40; ++seed) {
    CAPTURE(seed);
    const GreyImage image = draw(PhantomKind::normal, seed).image;
    const double mediastinum = mean_in(image, 0.5, 0.5, 0.03, 0.08);
    CHECK(mean_in(image, 0.30, 0.45, 0.05, 0.08) < mediastinum - 0.15);
    CHECK(mean_in(image, 0.72, 0.40, 0.05, 0.08) < mediastinum - 0.15);
    CHECK(mean_in(image, 0.04, 0.02, 0.03, 0.01) < mediastinum - 0.3);
  }
}

TEST_CASE("a normal phantom has no opacity, a lobar one has one, a diffuse one several a side") {
  for (std::uint64_t seed = 0; seed < 40; ++seed) {
    CAPTURE(seed);
    CHECK(draw(PhantomKind::normal, seed, 32).opacities.empty());
    CHECK(draw(PhantomKind::lobar, seed, 32).opacities.size() == 1);
    int left = 0;
    int right = 0;
    for (const OpacityExtent& o : draw(PhantomKind::diffuse, seed, 32).opacities) {
      (o.centre_x < 0.5f ? left : right) += 1;
    }
    CHECK(left >= 2);
    CHECK(right >= 2);
  }
}

TEST_CASE("a phantom with both has the opacities of the lobar and of the diffuse one") {
  for (std::uint64_t seed = 0; seed < 20; ++seed) {
    CAPTURE(seed);
    const Phantom lobar = draw(PhantomKind::lobar, seed);
    const Phantom diffuse = draw(PhantomKind::diffuse, seed);
    const Phantom both = draw(PhantomKind::both, seed);
    REQUIRE(both.opacities.size() == 1 + diffuse.opacities.size());
    CHECK(both.opacities[0].centre_x == lobar.opacities[0].centre_x);
    CHECK(both.opacities[1].centre_y == diffuse.opacities[0].centre_y);
    // Each adds to what the other left.
    const auto brightness = [](const Phantom& phantom, const OpacityExtent& at) {
      return mean_in(phantom.image, at.centre_x, at.centre_y, 0.5 * at.radius_x, 0.5 * at.radius_y);
    };
    CHECK(brightness(both, lobar.opacities[0]) > brightness(diffuse, lobar.opacities[0]));
    double added = 0;
    for (const OpacityExtent& at : diffuse.opacities) {
      added += brightness(both, at) - brightness(lobar, at);
    }
    CHECK(added > 0);
  }
  CHECK(std::string(to_string(PhantomKind::both)) == "lobar|diffuse");
}

TEST_CASE("an opacity brightens its own place and leaves the rest as it was") {
  for (const PhantomKind kind : {PhantomKind::lobar, PhantomKind::diffuse}) {
    for (std::uint64_t seed = 0; seed < 40; ++seed) {
      CAPTURE(to_string(kind));
      CAPTURE(seed);
      const GreyImage normal = draw(PhantomKind::normal, seed).image;
      const Phantom ill = draw(kind, seed);
      for (const OpacityExtent& o : ill.opacities) {
        CHECK(o.centre_x > 0.0f);
        CHECK(o.centre_x < 1.0f);
        CHECK(o.centre_y > 0.0f);
        CHECK(o.centre_y < 1.0f);
      }
      double inside = 0;
      for (const OpacityExtent& o : ill.opacities) {
        inside += mean_in(ill.image, o.centre_x, o.centre_y, 0.5 * o.radius_x, 0.5 * o.radius_y) -
                  mean_in(normal, o.centre_x, o.centre_y, 0.5 * o.radius_x, 0.5 * o.radius_y);
      }
      CHECK(inside / static_cast<double>(ill.opacities.size()) > 0.02);

      int changed_outside = 0;
      for (int y = 0; y < normal.height; ++y) {
        for (int x = 0; x < normal.width; ++x) {
          const std::size_t i = static_cast<std::size_t>(y) * normal.width + x;
          if (normal.pixels[i] == ill.image.pixels[i]) continue;
          const double fx = (x + 0.5) / normal.width;
          const double fy = (y + 0.5) / normal.height;
          const bool near =
              std::any_of(ill.opacities.begin(), ill.opacities.end(), [&](const OpacityExtent& o) {
                const double reach = 1.5 * std::max(o.radius_x, o.radius_y) + 0.02;
                return std::abs(fx - o.centre_x) < reach && std::abs(fy - o.centre_y) < reach;
              });
          if (!near) ++changed_outside;
        }
      }
      CHECK(changed_outside == 0);
    }
  }
}

TEST_CASE("what cannot be drawn is refused by name and number") {
  CHECK_THROWS_WITH_AS(draw(PhantomKind::normal, 1, 15), "phantom size is 15, expected 16 to 4096",
                       std::invalid_argument);
  CHECK_THROWS_AS(draw(PhantomKind::normal, 1, 4097), std::invalid_argument);
  CHECK_THROWS_WITH_AS(draw(PhantomKind::normal, 1, 64, 12),
                       "phantom bit depth is 12, expected 8 or 16", std::invalid_argument);
}
