#include "data/phantom/plane.h"

#include <algorithm>
#include <array>
#include <cmath>

namespace thoraxlite::phantom {
namespace {

constexpr float kCore = 0.74f;  // radius of a bone's core, as a part of its own

// One ball at (cx, cy), pixels: adds weight * (its chord - hollow * its core's chord) / 2.
void add_ball(Plane& plane, float cx, float cy, float radius, float weight, float hollow) {
  const float square = radius * radius;
  const float core = square * kCore * kCore;
  const int top = std::max(0, static_cast<int>(std::ceil(cy - radius)));
  const int bottom = std::min(plane.size - 1, static_cast<int>(std::floor(cy + radius)));
  for (int y = top; y <= bottom; ++y) {
    const float dy = static_cast<float>(y) - cy;
    const float rest = square - dy * dy;
    const float half = std::sqrt(std::max(0.0f, rest));
    const int left = std::max(0, static_cast<int>(std::ceil(cx - half)));
    const int right = std::min(plane.size - 1, static_cast<int>(std::floor(cx + half)));
    float* row = plane.row(y);
    const float core_rest = core - dy * dy;
    if (hollow == 0.0f || core_rest <= 0.0f) {
      for (int x = left; x <= right; ++x) {
        const float dx = static_cast<float>(x) - cx;
        row[x] += weight * std::sqrt(std::max(0.0f, rest - dx * dx));
      }
    } else {
      for (int x = left; x <= right; ++x) {
        const float dx = static_cast<float>(x) - cx;
        row[x] += weight * (std::sqrt(std::max(0.0f, rest - dx * dx)) -
                            hollow * std::sqrt(std::max(0.0f, core_rest - dx * dx)));
      }
    }
  }
}

// Cubic B-spline weights of four neighbours at the fraction t: smooth, and never overshoots.
std::array<float, 4> spline_weights(float t) {
  const float u = 1 - t;
  return {u * u * u / 6, (3 * t * t * t - 6 * t * t + 4) / 6, (3 * u * u * u - 6 * u * u + 4) / 6,
          t * t * t / 6};
}

}  // namespace

Turn Turn::from_half_tangent(float half_tangent) {
  const float square = half_tangent * half_tangent;
  return {(1 - square) / (1 + square), 2 * half_tangent / (1 + square)};
}

Point Pose::to_image(Point body) const {
  const Point turned = turn.apply({body.x * scale_x, body.y * scale_y});
  return {turned.x + shift.x, turned.y + shift.y};
}

Point Pose::from_image(Point image) const {
  const Point upright = turn.undo({image.x - shift.x, image.y - shift.y});
  return {upright.x / scale_x, upright.y / scale_y};
}

void sweep(Plane& plane, const Pose& pose, const std::vector<Bead>& path, float hollow) {
  const float half = 0.5f * static_cast<float>(plane.size);
  const float to_pixels = half * pose.scale();
  for (std::size_t i = 0; i + 1 < path.size(); ++i) {
    const Bead& a = path[i];
    const Bead& b = path[i + 1];
    const Point from = pose.to_image({a.x, a.y});
    const Point to = pose.to_image({b.x, b.y});
    const float dx = (to.x - from.x) * half;
    const float dy = (to.y - from.y) * half;
    const float dz = (b.z - a.z) * to_pixels;
    const float length = std::sqrt(dx * dx + dy * dy + dz * dz);
    const float mean_radius = 0.5f * (a.radius + b.radius) * to_pixels;
    const int steps =
        std::max(1, static_cast<int>(std::ceil(length / std::max(0.8f, 0.18f * mean_radius))));
    for (int s = 0; s < steps; ++s) {
      const float t = (static_cast<float>(s) + 0.5f) / static_cast<float>(steps);
      const float wanted = (a.radius + t * (b.radius - a.radius)) * to_pixels;
      // A tube thinner than a pixel is drawn wider and as much fainter, or it would flicker.
      const float radius = std::max(wanted, 1.1f);
      const float thickness = (a.thickness + t * (b.thickness - a.thickness)) * (wanted / radius);
      const float weight =
          thickness * (length / static_cast<float>(steps)) * 0.63662f / (radius * radius);
      add_ball(plane, (from.x + 1) * half + t * dx - 0.5f, (from.y + 1) * half + t * dy - 0.5f,
               radius, weight, hollow);
    }
  }
}

void add_noise(Plane& plane, Random& random, int cells, float amplitude) {
  const int knots = cells + 3;
  const auto size = static_cast<std::size_t>(plane.size);
  std::vector<float> wide(static_cast<std::size_t>(knots) * size);  // [knots, size]
  std::vector<float> knot(static_cast<std::size_t>(knots));
  const float scale = static_cast<float>(cells) / static_cast<float>(plane.size);
  for (int k = 0; k < knots; ++k) {
    // The spline averages neighbours, which halves the deviation in two dimensions.
    for (float& value : knot) value = 2 * amplitude * random.bell();
    float* row = wide.data() + static_cast<std::size_t>(k) * size;
    for (std::size_t x = 0; x < size; ++x) {
      const float at = (static_cast<float>(x) + 0.5f) * scale;
      const auto first = static_cast<std::size_t>(at);
      const auto w = spline_weights(at - static_cast<float>(first));
      row[x] = w[0] * knot[first] + w[1] * knot[first + 1] + w[2] * knot[first + 2] +
               w[3] * knot[first + 3];
    }
  }
  for (int y = 0; y < plane.size; ++y) {
    const float at = (static_cast<float>(y) + 0.5f) * scale;
    const auto first = static_cast<std::size_t>(at);
    const auto w = spline_weights(at - static_cast<float>(first));
    const float* a = wide.data() + first * size;
    const float* b = a + size;
    const float* c = b + size;
    const float* d = c + size;
    float* row = plane.row(y);
    for (std::size_t x = 0; x < size; ++x) {
      row[x] += w[0] * a[x] + w[1] * b[x] + w[2] * c[x] + w[3] * d[x];
    }
  }
}

}  // namespace thoraxlite::phantom
