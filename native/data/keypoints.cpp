#include "data/keypoints.h"

#include <algorithm>
#include <cmath>

namespace thoraxlite {
namespace {

constexpr int kSide = kKeypointSide;
constexpr int kScales = 9;           // Gaussians
constexpr float kFirstSigma = 1.6f;  // pixels
constexpr int kScalesAnOctave = 3;
constexpr float kCellSigmas = 3;  // width of a cell of the descriptor
constexpr int kCells = 4, kDirections = 8;
constexpr float kLargestShare = 0.2f;  // of one bin, so that one edge does not decide (Lowe)
constexpr float kLeastContrast = 0.002f;

using Plane = std::vector<float>;

float sigma_of(int scale) {
  return kFirstSigma * std::exp2(static_cast<float>(scale) / kScalesAnOctave);
}

std::size_t at(int x, int y) {
  return static_cast<std::size_t>(y) * kSide + static_cast<std::size_t>(x);
}

Plane blur(const Plane& plane, float sigma) {
  const int radius = static_cast<int>(std::ceil(3 * sigma));
  std::vector<float> weights;
  float sum = 0;
  for (int i = -radius; i <= radius; ++i) {
    weights.push_back(std::exp(-0.5f * static_cast<float>(i * i) / (sigma * sigma)));
    sum += weights.back();
  }
  for (float& weight : weights) weight /= sum;
  const auto inside = [](int i) { return std::clamp(i, 0, kSide - 1); };
  Plane rows(plane.size()), result(plane.size());
  for (int y = 0; y < kSide; ++y) {
    for (int i = -radius; i <= radius; ++i) {
      const float weight = weights[static_cast<std::size_t>(i + radius)];
      const float* from = plane.data() + at(0, inside(y + i));
      float* to = rows.data() + at(0, y);
      for (int x = 0; x < kSide; ++x) to[x] += weight * from[x];
    }
  }
  std::vector<float> padded(static_cast<std::size_t>(kSide + 2 * radius));
  for (int y = 0; y < kSide; ++y) {
    for (int x = -radius; x < kSide + radius; ++x) {
      padded[static_cast<std::size_t>(x + radius)] = rows[at(inside(x), y)];
    }
    float* to = result.data() + at(0, y);
    for (std::size_t i = 0; i < weights.size(); ++i) {
      for (int x = 0; x < kSide; ++x) to[x] += weights[i] * padded[static_cast<std::size_t>(x) + i];
    }
  }
  return result;
}

struct Extremum {
  int x = 0, y = 0, scale = 0;
  float strength = 0;
};

// Larger, or smaller, than its 26 neighbours in place and scale.
bool is_extremum(const std::vector<Plane>& differences, int x, int y, int scale) {
  const auto value = [&](int dx, int dy, int ds) {
    return differences[static_cast<std::size_t>(scale + ds)][at(x + dx, y + dy)];
  };
  const float own = value(0, 0, 0);
  if (std::abs(own) < kLeastContrast) return false;
  for (int ds = -1; ds <= 1; ++ds) {
    for (int dy = -1; dy <= 1; ++dy) {
      for (int dx = -1; dx <= 1; ++dx) {
        if (dx == 0 && dy == 0 && ds == 0) continue;
        const float other = value(dx, dy, ds);
        if (own > 0 ? other >= own : other <= own) return false;
      }
    }
  }
  return true;
}

std::array<std::uint8_t, 128> describe(const Plane& blurred, int x, int y, float sigma) {
  const float cell = kCellSigmas * sigma;
  const float half = cell * kCells / 2;
  const int radius = static_cast<int>(half);
  std::array<float, 128> bins{};
  for (int dy = -radius; dy <= radius; ++dy) {
    for (int dx = -radius; dx <= radius; ++dx) {
      const int px = x + dx, py = y + dy;
      if (px < 1 || py < 1 || px >= kSide - 1 || py >= kSide - 1) continue;
      const float gx = blurred[at(px + 1, py)] - blurred[at(px - 1, py)];
      const float gy = blurred[at(px, py + 1)] - blurred[at(px, py - 1)];
      const float distance = static_cast<float>(dx * dx + dy * dy);
      const float weight = std::hypot(gx, gy) * std::exp(-0.5f * distance / (half * half));
      const float turn = std::atan2(gy, gx) / (2 * static_cast<float>(M_PI)) * kDirections;
      // Shared by linear interpolation between cells and directions.
      const float column = static_cast<float>(dx) / cell + kCells / 2.0f - 0.5f;
      const float row = static_cast<float>(dy) / cell + kCells / 2.0f - 0.5f;
      const int c0 = static_cast<int>(std::floor(column)), r0 = static_cast<int>(std::floor(row)),
                d0 = static_cast<int>(std::floor(turn));
      for (int i = 0; i < 8; ++i) {
        const int c = c0 + (i & 1), r = r0 + (i >> 1 & 1), d = d0 + (i >> 2 & 1);
        if (c < 0 || r < 0 || c >= kCells || r >= kCells) continue;
        const float share = (1 - std::abs(column - static_cast<float>(c))) *
                            (1 - std::abs(row - static_cast<float>(r))) *
                            (1 - std::abs(turn - static_cast<float>(d)));
        const int direction = (d + 2 * kDirections) % kDirections;
        bins[static_cast<std::size_t>((r * kCells + c) * kDirections + direction)] +=
            weight * share;
      }
    }
  }
  const auto normalise = [&bins] {
    float squares = 1e-12f;
    for (const float bin : bins) squares += bin * bin;
    for (float& bin : bins) bin /= std::sqrt(squares);
  };
  normalise();
  for (float& bin : bins) bin = std::min(bin, kLargestShare);
  normalise();
  std::array<std::uint8_t, 128> bytes{};
  for (std::size_t i = 0; i < bytes.size(); ++i) {
    bytes[i] = static_cast<std::uint8_t>(std::lround(255 * bins[i]));
  }
  return bytes;
}

}  // namespace

std::vector<Keypoint> find_keypoints(const std::vector<float>& film) {
  std::vector<Plane> blurred, differences;
  for (int scale = 0; scale < kScales; ++scale) {
    // Each from the one before it: variances add up.
    const float before = scale == 0 ? 0 : sigma_of(scale - 1);
    const float now = sigma_of(scale);
    blurred.push_back(
        blur(scale == 0 ? film : blurred.back(), std::sqrt(now * now - before * before)));
    if (scale == 0) continue;
    Plane difference(film.size());
    for (std::size_t i = 0; i < film.size(); ++i) {
      difference[i] = blurred[static_cast<std::size_t>(scale)][i] -
                      blurred[static_cast<std::size_t>(scale) - 1][i];
    }
    differences.push_back(std::move(difference));
  }
  std::vector<Extremum> found;
  for (int scale = 1; scale + 1 < static_cast<int>(differences.size()); ++scale) {
    const int border = static_cast<int>(2 * sigma_of(scale));
    for (int y = border; y < kSide - border; ++y) {
      for (int x = border; x < kSide - border; ++x) {
        if (!is_extremum(differences, x, y, scale)) continue;
        found.push_back(
            {x, y, scale, std::abs(differences[static_cast<std::size_t>(scale)][at(x, y)])});
      }
    }
  }
  std::sort(found.begin(), found.end(),
            [](const Extremum& a, const Extremum& b) { return a.strength > b.strength; });
  if (found.size() > kMostKeypoints) found.resize(kMostKeypoints);
  std::vector<Keypoint> keypoints;
  for (const Extremum& one : found) {
    const float sigma = sigma_of(one.scale);
    keypoints.push_back(
        {static_cast<float>(one.x), static_cast<float>(one.y), sigma,
         describe(blurred[static_cast<std::size_t>(one.scale)], one.x, one.y, sigma)});
  }
  return keypoints;
}

float similarity(const Keypoint& a, const Keypoint& b) {
  std::uint32_t sum = 0;
  for (std::size_t i = 0; i < a.descriptor.size(); ++i) {
    sum += std::uint32_t{a.descriptor[i]} * b.descriptor[i];
  }
  return static_cast<float>(sum) / (255.0f * 255.0f);
}

}  // namespace thoraxlite
