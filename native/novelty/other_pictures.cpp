#include "novelty/other_pictures.h"

#include <algorithm>
#include <cmath>
#include <numeric>
#include <utility>

#include "data/phantom/plane.h"
#include "data/phantom/random.h"

namespace thoraxlite {
namespace {

using phantom::Bead;
using phantom::Plane;
using phantom::Point;
using phantom::Pose;
using phantom::Random;

// What is at (x, y) of the result, out of the film.
template <class From>
GreyImage rearranged(const GreyImage& film, From from) {
  GreyImage result = film;
  const auto side = static_cast<std::size_t>(film.width);
  for (std::size_t y = 0; y < side; ++y) {
    for (std::size_t x = 0; x < side; ++x) {
      const auto [source_x, source_y] = from(x, y);
      result.pixels[y * side + x] = film.pixels[source_y * side + source_x];
    }
  }
  return result;
}

GreyImage scrambled(const GreyImage& film, std::size_t tiles, std::uint64_t seed) {
  std::vector<std::size_t> order(tiles * tiles);
  std::iota(order.begin(), order.end(), 0);
  Random random(seed, tiles);
  for (std::size_t i = order.size() - 1; i > 0; --i) {
    std::swap(order[i], order[static_cast<std::size_t>(random.whole(0, static_cast<int>(i)))]);
  }
  // An order that leaves all where it was would be no scrambling.
  if (std::is_sorted(order.begin(), order.end()))
    std::rotate(order.begin(), order.begin() + 1, order.end());
  const std::size_t length = static_cast<std::size_t>(film.width) / tiles;
  return rearranged(film, [&](std::size_t x, std::size_t y) {
    const std::size_t column = x / length;
    const std::size_t row = y / length;
    // What no whole tile covers stays.
    if (column >= tiles || row >= tiles) return std::pair{x, y};
    const std::size_t source = order[row * tiles + column];
    return std::pair{source % tiles * length + x % length, source / tiles * length + y % length};
  });
}

// Whatever range a plane has, onto 0 .. 255.
GreyImage to_picture(const Plane& plane) {
  const auto [least, most] = std::minmax_element(plane.values.begin(), plane.values.end());
  const float range = std::max(*most - *least, 1e-6f);
  GreyImage picture{plane.size, plane.size, 255, {}};
  for (const float value : plane.values) {
    picture.pixels.push_back(static_cast<std::uint16_t>(255 * (value - *least) / range + 0.5f));
  }
  return picture;
}

void add_clouds(Plane& plane, Random& random) {
  for (const int cells : {2, 4, 8, 16, 32}) {
    add_noise(plane, random, cells, random.between(0.1f, 1));
  }
}

void add_letters(Plane& plane, Random& random) {
  std::fill(plane.values.begin(), plane.values.end(), 1.0f);
  const int line = plane.size / random.whole(16, 32);
  for (int top = line; top + line < plane.size; top += 2 * line) {
    const int end = plane.size - line - (random.chance(0.2f) ? random.whole(0, plane.size / 2) : 0);
    for (int left = line; left + line < end; left += line * 2 / 3 + 1) {
      if (random.chance(0.15f)) continue;  // between words
      for (int y = top; y < top + line; ++y) {
        for (int x = left; x < left + line / 2; ++x) {
          if (random.chance(0.55f)) plane.row(y)[x] = 0;
        }
      }
    }
  }
}

void add_grid(Plane& plane, Random& random) {
  const int spacing = random.whole(8, 40);
  const int width = random.whole(1, 4);
  const bool checks = random.chance(0.5f);
  for (int y = 0; y < plane.size; ++y) {
    for (int x = 0; x < plane.size; ++x) {
      const bool line = x % spacing < width || y % spacing < width;
      plane.row(y)[x] = checks ? static_cast<float>((x / spacing + y / spacing) % 2) : line;
    }
  }
}

// A bone or a finger of flesh from a to b.
void sweep_line(Plane& plane, const Pose& pose, Point a, Point b, float radius, float thickness,
                float hollow) {
  sweep(plane, pose, {{a.x, a.y, 0, radius, thickness}, {b.x, b.y, 0, radius, thickness}}, hollow);
}

void add_hand(Plane& plane, const Pose& pose, Random& random) {
  for (int finger = 0; finger < 5; ++finger) {
    const auto spread = static_cast<float>(finger - 2);
    const Point knuckle{0.18f * spread, 0.10f + 0.03f * spread * spread};
    const float reach = 0.85f - 0.10f * spread * spread + random.between(-0.05f, 0.05f);
    const Point tip{knuckle.x + 0.14f * spread, knuckle.y - reach};
    const Point wrist{0.07f * spread, 0.62f};
    sweep_line(plane, pose, wrist, knuckle, 0.11f, 0.30f, 0);
    sweep_line(plane, pose, knuckle, tip, 0.085f, 0.25f, 0);
    sweep_line(plane, pose, wrist, knuckle, 0.038f, 0.35f, 0.5f);
    for (int bone = 0; bone < 3; ++bone) {
      const auto at = [&](float share) {
        return Point{knuckle.x + share * (tip.x - knuckle.x),
                     knuckle.y + share * (tip.y - knuckle.y)};
      };
      const float from = 0.05f + 0.33f * static_cast<float>(bone);
      sweep_line(plane, pose, at(from), at(from + 0.25f), 0.034f, 0.32f, 0.5f);
    }
  }
  sweep_line(plane, pose, {-0.08f, 0.70f}, {-0.09f, 1.3f}, 0.07f, 0.4f, 0.6f);
  sweep_line(plane, pose, {0.10f, 0.70f}, {0.11f, 1.3f}, 0.055f, 0.4f, 0.6f);
  sweep_line(plane, pose, {0, 0.6f}, {0, 1.3f}, 0.24f, 0.35f, 0);
}

void add_skull(Plane& plane, const Pose& pose, Random& random) {
  const float jaw = random.between(0.42f, 0.55f);
  sweep(plane, pose, {{0, -0.25f, 0, 0.66f, 1.0f}, {0, -0.10f, 0, 0.62f, 1.0f}}, 0.75f);
  sweep(plane, pose, {{0, 0.20f, 0, jaw, 0.7f}, {0, 0.55f, 0, 0.36f, 0.6f}}, 0.5f);
  for (const float side : {-1.0f, 1.0f}) {
    // Orbits and sinuses are air.
    sweep_line(plane, pose, {0.22f * side, 0.0f}, {0.27f * side, 0.02f}, 0.15f, -0.35f, 0);
    sweep_line(plane, pose, {0.20f * side, 0.28f}, {0.21f * side, 0.34f}, 0.10f, -0.25f, 0);
    sweep_line(plane, pose, {0.36f * side, 0.45f}, {0.20f * side, 0.78f}, 0.07f, 0.4f, 0.4f);
  }
  sweep_line(plane, pose, {0, 0.12f}, {0, 0.36f}, 0.07f, -0.3f, 0);
  sweep_line(plane, pose, {-0.2f, 0.60f}, {0.2f, 0.60f}, 0.06f, 0.35f, 0);
}

}  // namespace

const char* to_string(Spoiling spoiling) {
  switch (spoiling) {
    case Spoiling::turned_left:
      return "turned left";
    case Spoiling::turned_right:
      return "turned right";
    case Spoiling::upside_down:
      return "upside down";
    case Spoiling::flipped:
      return "flipped top for bottom";
    case Spoiling::scrambled_2:
      return "scrambled 2x2";
    case Spoiling::scrambled_4:
      return "scrambled 4x4";
    case Spoiling::scrambled_7:
      return "scrambled 7x7";
    case Spoiling::inverted:
      break;
  }
  return "inverted";
}

GreyImage spoil(const GreyImage& film, Spoiling spoiling, std::uint64_t seed) {
  const std::size_t last = static_cast<std::size_t>(film.width) - 1;
  switch (spoiling) {
    case Spoiling::turned_left:
      return rearranged(film, [=](std::size_t x, std::size_t y) { return std::pair{last - y, x}; });
    case Spoiling::turned_right:
      return rearranged(film, [=](std::size_t x, std::size_t y) { return std::pair{y, last - x}; });
    case Spoiling::upside_down:
      return rearranged(
          film, [=](std::size_t x, std::size_t y) { return std::pair{last - x, last - y}; });
    case Spoiling::flipped:
      return rearranged(film, [=](std::size_t x, std::size_t y) { return std::pair{x, last - y}; });
    case Spoiling::scrambled_2:
      return scrambled(film, 2, seed);
    case Spoiling::scrambled_4:
      return scrambled(film, 4, seed);
    case Spoiling::scrambled_7:
      return scrambled(film, 7, seed);
    case Spoiling::inverted:
      break;
  }
  GreyImage negative = film;
  for (std::uint16_t& pixel : negative.pixels) {
    pixel = static_cast<std::uint16_t>(film.max_value - pixel);
  }
  return negative;
}

const char* to_string(Drawing drawing) {
  switch (drawing) {
    case Drawing::clouds:
      return "drawn clouds";
    case Drawing::noise:
      return "noise";
    case Drawing::text:
      return "drawn text page";
    case Drawing::grid:
      return "drawn grid";
    case Drawing::hand:
      return "drawn hand";
    case Drawing::skull:
      break;
  }
  return "drawn skull";
}

GreyImage draw(Drawing drawing, int size, std::uint64_t seed) {
  Plane plane(size);
  Random random(seed, 100 + static_cast<std::uint64_t>(drawing));
  Pose pose;
  pose.scale_x = pose.scale_y = random.between(0.8f, 1.1f);
  pose.turn = phantom::Turn::from_half_tangent(random.between(-0.15f, 0.15f));
  pose.shift = {random.between(-0.1f, 0.1f), random.between(-0.1f, 0.1f)};
  switch (drawing) {
    case Drawing::clouds:
      add_clouds(plane, random);
      break;
    case Drawing::noise:
      for (float& value : plane.values) value = random.uniform();
      break;
    case Drawing::text:
      add_letters(plane, random);
      break;
    case Drawing::grid:
      add_grid(plane, random);
      break;
    case Drawing::hand:
      add_hand(plane, pose, random);
      break;
    case Drawing::skull:
      add_skull(plane, pose, random);
      break;
  }
  return to_picture(plane);
}

}  // namespace thoraxlite
