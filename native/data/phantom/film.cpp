#include "data/phantom/film.h"

#include <algorithm>
#include <cmath>

namespace thoraxlite::phantom {
namespace {

constexpr float kLead = 2.5f;  // attenuation of a side marker

// The letter of the patient's side, where technicians put it: above a shoulder.
void add_marker(Plane& attenuation, Random& random) {
  const bool right = random.chance(0.5f);  // the patient's, so on the image's left
  const float x = (right ? -1.0f : 1.0f) * random.between(0.80f, 0.88f);
  const float y = random.between(-0.93f, -0.84f);
  const float w = 0.028f;
  const float h = 0.048f;
  const auto stroke = [&](std::vector<Point> points) {
    std::vector<Bead> path;
    for (const Point p : points) {
      path.push_back({x + w * p.x, y + h * p.y, 0, 0.0075f, kLead});
    }
    sweep(attenuation, Pose{}, path);
  };
  if (right) {
    stroke({{-1, 1}, {-1, -1}, {0.4f, -1}, {1, -0.75f}, {1, -0.3f}, {0.4f, 0}, {-1, 0}});
    stroke({{0.1f, 0}, {1, 1}});
  } else {
    stroke({{-0.8f, -1}, {-0.8f, 1}, {0.9f, 1}});
  }
}

// The spread of light in the screen: a 3x3 binomial, in place.
void blur(Plane& plane) {
  const int n = plane.size;
  std::vector<float> line(static_cast<std::size_t>(n));
  std::vector<float> above(plane.row(0), plane.row(0) + n);
  for (int y = 0; y < n; ++y) {
    float* row = plane.row(y);
    const float* below = plane.row(std::min(n - 1, y + 1));
    for (int x = 0; x < n; ++x) line[x] = 0.15f * (above[x] + below[x]) + 0.7f * row[x];
    std::copy(row, row + n, above.begin());
    row[0] = line[0];
    row[n - 1] = line[n - 1];
    for (int x = 1; x + 1 < n; ++x) row[x] = 0.15f * (line[x - 1] + line[x + 1]) + 0.7f * line[x];
  }
}

// 1 inside the collimator's opening, 0 outside, with an edge of a pixel or two.
float opening_at(const Exposure& exposure, Point image, float pixel) {
  const Point p = exposure.collimator.undo(image);
  const float inside = std::min(std::min(p.x - exposure.low.x, exposure.high.x - p.x),
                                std::min(p.y - exposure.low.y, exposure.high.y - p.y));
  return std::min(1.0f, std::max(0.0f, 0.5f + inside / (2 * pixel)));
}

}  // namespace

Exposure draw_exposure(Random& random) {
  Exposure e;
  e.centre = random.between(0.58f, 0.78f);
  e.width = random.between(0.24f, 0.42f);
  e.gamma = random.between(0.42f, 0.60f);
  e.black = random.between(0.0f, 0.10f);
  e.white = random.between(0.86f, 1.0f);
  e.noise = random.between(0.006f, 0.020f);
  e.marker = random.chance(0.6f);
  e.collimated = random.chance(0.35f);
  const auto border = [&random] {
    return random.chance(0.5f) ? random.between(0.01f, 0.12f) : -0.2f;
  };
  e.low = {-1 + border(), -1 + border()};
  e.high = {1 - border(), 1 - border()};
  e.collimator = Turn::from_half_tangent(random.between(-0.015f, 0.015f));
  return e;
}

GreyImage expose(Plane& attenuation, const Exposure& exposure, int bit_depth, Random& noise) {
  if (exposure.marker) add_marker(attenuation, noise);
  blur(attenuation);

  const int n = attenuation.size;
  GreyImage image;
  image.width = n;
  image.height = n;
  image.max_value = bit_depth == 16 ? 65535 : 255;
  image.pixels.resize(attenuation.values.size());

  // Smaller pixels catch fewer quanta each; some noise is the reader's own.
  const float grain = exposure.noise * (0.3f + 0.7f * static_cast<float>(n) / 1024.0f);
  const float bias = 1 / exposure.gamma - 2;
  const float pixel = 2.0f / static_cast<float>(n);
  const auto full = static_cast<float>(image.max_value);
  std::vector<float> speckle(static_cast<std::size_t>(n));
  for (int y = 0; y < n; ++y) {
    float* row = attenuation.row(y);
    for (float& value : speckle) value = noise.bell();
    for (int x = 0; x < n; ++x) {
      // Fewer quanta come through dense parts: their noise grows like exp(attenuation / 2).
      const float dense = row[x] * (1 + 0.5f * row[x]);
      const float seen = row[x] + grain * (0.5f + dense) * speckle[x];
      const float u = (seen - exposure.centre) / exposure.width;
      const float response = 0.5f + 0.5f * u / std::sqrt(1 + u * u);
      const float toned = response / (bias * (1 - response) + 1);
      row[x] = exposure.black + (exposure.white - exposure.black) * toned;
    }
    if (exposure.collimated) {
      const float at = (static_cast<float>(y) + 0.5f) * pixel - 1;
      for (int x = 0; x < n; ++x) {
        row[x] *= opening_at(exposure, {(static_cast<float>(x) + 0.5f) * pixel - 1, at}, pixel);
      }
    }
    std::uint16_t* out = image.pixels.data() + static_cast<std::size_t>(y) * n;
    for (int x = 0; x < n; ++x) {
      out[x] = static_cast<std::uint16_t>(std::min(1.0f, std::max(0.0f, row[x])) * full + 0.5f);
    }
  }
  return image;
}

}  // namespace thoraxlite::phantom
