// Images by what is known of whom they are of.
#pragma once

#include <string>
#include <vector>

#include "evaluation/scored_images.h"

namespace thoraxlite {

struct Subgroup {
  std::string value;  // "F"; of ages a band of years; "unknown" where the column says nothing
  ScoredImages images;
};

inline constexpr std::size_t kMaxSubgroups = 50;  // of one column

// column: "age" (in the bands 0-17, 18-39, 40-64, 65+), "source", or the name of any column of the
// images. Values in the order of the alphabet, unknown last. Throws std::runtime_error naming the
// columns that there are, for one of which no image has a value; and for more than kMaxSubgroups
// values.
std::vector<Subgroup> subgroups_by(const std::string& column, const ScoredImages& images);

}  // namespace thoraxlite
