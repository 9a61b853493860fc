// How far the simd engine may be from the reference engine.
#pragma once

#include <algorithm>
#include <cmath>
#include <limits>
#include <vector>

namespace thoraxlite {

// Largest difference of any value of a map, as a part of the map's largest magnitude, or of 1 where
// that is less. Winograd adds and subtracts before it multiplies, and loses a digit by it: a direct
// convolution stays within 1e-6, a wrong weight does not stay within this.
inline constexpr float kSimdBound = 1e-5f;

inline float simd_bound(const std::vector<float>& map) {
  float largest = 1;
  for (const float value : map) largest = std::max(largest, std::abs(value));
  return kSimdBound * largest;
}

// Infinity where they are not of one length, or a value is not a number.
inline float largest_difference(const std::vector<float>& a, const std::vector<float>& b) {
  if (a.size() != b.size()) return std::numeric_limits<float>::infinity();
  float largest = 0;
  for (std::size_t i = 0; i < a.size(); ++i) {
    const float difference = std::abs(a[i] - b[i]);
    if (!(difference <= largest)) largest = difference;
    if (std::isnan(difference)) return std::numeric_limits<float>::infinity();
  }
  return largest;
}

}  // namespace thoraxlite
