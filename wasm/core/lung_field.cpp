#include "core/lung_field.h"

#include <algorithm>
#include <array>
#include <cmath>

namespace thoraxlite {
namespace {

constexpr int kSide = 40;       // of the grid on which the lungs are fitted
constexpr float kRim = 0.045f;  // width of the rim, of the film's side
constexpr float kShapeWeight = 0.03f;

// Fractions of the film's side; x from the left, y from the top.
enum Number { middle, gap, top, left_width, right_width, left_base, right_base, kNumbers };
using Lungs = std::array<float, kNumbers>;

constexpr Lungs kUsual = {0.50f, 0.075f, 0.12f, 0.36f, 0.36f, 0.80f, 0.80f};
constexpr Lungs kDeviation = {0.03f, 0.02f, 0.05f, 0.045f, 0.045f, 0.07f, 0.07f};

// The lungs made larger by `margin` on every side.
bool is_inside(const Lungs& lungs, float x, float y, float margin) {
  const bool left = x < lungs[middle];
  const float across = std::abs(x - lungs[middle]);
  const float width = lungs[left ? left_width : right_width] + margin;
  const float inner = lungs[gap] - margin;
  const float apex = lungs[top] - margin;
  const float base = lungs[left ? left_base : right_base] + margin;
  if (across < inner || across >= width || y <= apex || y >= base) return false;
  // The outer border: a quarter of an ellipse from the apex to its widest, then straight.
  const float widest = apex + 0.62f * (base - apex);
  if (y < widest) {
    const float up = (widest - y) / (widest - apex);
    const float reach = (across - inner) / (width - inner);
    if (reach * reach + up * up > 1) return false;
  }
  // The dome of the diaphragm: its top a third of the way out, its angle at the outer border.
  const float out = (across - inner) / (width - inner);
  const float dome = 0.20f * (base - apex);
  const float from_top = (out - 0.30f) / 0.70f;
  return y < base - dome * (1 - from_top * from_top);
}

struct Grid {
  std::array<float, kSide * kSide> values{};  // the film, averaged
  float deviation = 0;
};

Grid average(const std::vector<float>& pixels, int size) {
  Grid grid;
  double sum = 0;
  double squares = 0;
  for (int y = 0; y < kSide; ++y) {
    const int top_row = y * size / kSide;
    const int end_row = std::max(top_row + 1, (y + 1) * size / kSide);
    for (int x = 0; x < kSide; ++x) {
      const int first = x * size / kSide;
      const int end = std::max(first + 1, (x + 1) * size / kSide);
      float total = 0;
      for (int row = top_row; row < end_row; ++row) {
        for (int column = first; column < end; ++column) {
          total += pixels[static_cast<std::size_t>(row) * size + column];
        }
      }
      const float value = total / static_cast<float>((end_row - top_row) * (end - first));
      grid.values[static_cast<std::size_t>(y * kSide + x)] = value;
      sum += value;
      squares += static_cast<double>(value) * value;
    }
  }
  const double mean = sum / (kSide * kSide);
  grid.deviation =
      static_cast<float>(std::sqrt(std::max(0.0, squares / (kSide * kSide) - mean * mean)));
  return grid;
}

float contrast(const Grid& grid, const Lungs& lungs) {
  float inside = 0;
  float rim = 0;
  int pixels_inside = 0;
  int pixels_in_rim = 0;
  for (int y = 0; y < kSide; ++y) {
    for (int x = 0; x < kSide; ++x) {
      const float at_x = (static_cast<float>(x) + 0.5f) / kSide;
      const float at_y = (static_cast<float>(y) + 0.5f) / kSide;
      if (!is_inside(lungs, at_x, at_y, kRim)) continue;
      const float value = grid.values[static_cast<std::size_t>(y * kSide + x)];
      if (is_inside(lungs, at_x, at_y, 0)) {
        inside += value;
        ++pixels_inside;
      } else {
        rim += value;
        ++pixels_in_rim;
      }
    }
  }
  if (pixels_inside == 0 || pixels_in_rim == 0) return -1e6f;
  float unusual = 0;
  for (std::size_t i = 0; i < lungs.size(); ++i) {
    const float far = (lungs[i] - kUsual[i]) / kDeviation[i];
    unusual += far * far;
  }
  const float difference =
      rim / static_cast<float>(pixels_in_rim) - inside / static_cast<float>(pixels_inside);
  return difference / std::max(grid.deviation, 1e-6f) - kShapeWeight * unusual;
}

Lungs fit(const Grid& grid) {
  Lungs best = kUsual;
  float best_contrast = contrast(grid, best);
  for (float step = 0.06f; step > 0.007f; step *= 0.6f) {
    for (bool moved = true; moved;) {
      moved = false;
      for (std::size_t i = 0; i < best.size(); ++i) {
        for (const float change : {-step, step}) {
          Lungs tried = best;
          tried[i] += change;
          const float value = contrast(grid, tried);
          if (value > best_contrast) {
            best = tried;
            best_contrast = value;
            moved = true;
          }
        }
      }
    }
  }
  return best;
}

}  // namespace

std::vector<std::uint8_t> lung_field(const std::vector<float>& pixels, int size) {
  const Lungs lungs = fit(average(pixels, size));
  std::vector<std::uint8_t> mask(pixels.size());
  for (int y = 0; y < size; ++y) {
    for (int x = 0; x < size; ++x) {
      const auto side = static_cast<float>(size);
      mask[static_cast<std::size_t>(y) * size + x] = is_inside(
          lungs, (static_cast<float>(x) + 0.5f) / side, (static_cast<float>(y) + 0.5f) / side, 0);
    }
  }
  return mask;
}

}  // namespace thoraxlite
