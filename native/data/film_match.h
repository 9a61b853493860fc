// Films that show the same picture, whole or in part: copies that were scaled, compressed or
// exposed anew, and crops. Found by keypoints whose places agree, and confirmed by the pictures'
// correlation.
//
// A mirrored, turned or inverted copy is not found.
#pragma once

#include <cstdint>
#include <functional>
#include <vector>

#include "data/keypoints.h"

namespace thoraxlite {

inline constexpr int kThumbnailSide = 64;  // pixels

struct FilmPrint {
  std::vector<Keypoint> keypoints;
  std::vector<std::uint8_t> thumbnail;  // [kThumbnailSide, kThumbnailSide]
  int group = 0;                        // films of one group are not compared
};

// film: [kKeypointSide, kKeypointSide], 0 .. 1.
FilmPrint print_of(const std::vector<float>& film, int group);

struct FilmMatch {
  std::size_t first = 0, second = 0;  // indices, first < second
  double correlation = 0;             // of what both show, without its coarse shades: up to 1
  double share_of_first = 0;          // of its area that the other shows too, 0 .. 1
  double share_of_second = 0;
};

// Pairs of different groups, in the order of their indices. At least this correlation and this
// share of the smaller one: kLeastCorrelation lies between crops and films of the same person
// (native/docs/data.md has figures). advance(n): n more films were compared, of all. On every core.
inline constexpr double kLeastCorrelation = 0.94;
inline constexpr double kLeastShare = 0.25;
std::vector<FilmMatch> match_films(const std::vector<FilmPrint>& films,
                                   const std::function<void(std::int64_t)>& advance);

}  // namespace thoraxlite
