// Parts of a film made even, to see what of a call is left without them. Needs no LibTorch.
#pragma once

#include <cstdint>
#include <vector>

#include "audit/picture.h"

namespace thoraxlite {

enum class BlockOut {
  lungs,              // black
  all_but_lungs,      // the film's mean grey, as all that follow
  border,             // a strip of kBorder along all four sides
  corners,            // a square of kCorner in each, where sides and names are written
  border_and_corners  // both
};

inline constexpr double kBorder = 0.08;  // of the side
inline constexpr double kCorner = 0.2;   // of the side

inline constexpr BlockOut kBlockOuts[] = {BlockOut::lungs, BlockOut::all_but_lungs,
                                          BlockOut::border, BlockOut::corners,
                                          BlockOut::border_and_corners};

const char* to_string(BlockOut part);  // as the enumerator is written
const char* in_words(BlockOut part);   // what was done, for a sentence
bool needs_lungs(BlockOut part);

// lungs: [side, side], 1 inside; of no use where needs_lungs() is false.
Picture blocked_out(const Picture& picture, BlockOut part, const std::vector<std::uint8_t>& lungs);

}  // namespace thoraxlite
