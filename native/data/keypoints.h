// Points of a film that are found again in a copy of it which is cropped, scaled, or of another
// exposure: extrema of differences of Gaussians, described by their gradients (SIFT, Lowe 2004),
// all taken upright. Own code: OpenCV, which has it, is larger than all that this program is linked
// of.
#pragma once

#include <array>
#include <cstdint>
#include <vector>

namespace thoraxlite {

inline constexpr int kKeypointSide = 160;          // pixels of the film in which they are sought
inline constexpr std::size_t kMostKeypoints = 64;  // of a film: the strongest

struct Keypoint {
  float x = 0, y = 0, sigma = 0;               // pixels, and pixels
  std::array<std::uint8_t, 128> descriptor{};  // 4 x 4 cells of 8 directions, length about 255
};

// film: [kKeypointSide, kKeypointSide], 0 .. 1. In the order of their strength.
std::vector<Keypoint> find_keypoints(const std::vector<float>& film);

// The cosine between two descriptors, 0 .. 1.
float similarity(const Keypoint& a, const Keypoint& b);

}  // namespace thoraxlite
