// What a model file's card says of the model for people: the page shows it, scores do not depend
// on it.
#pragma once

#include <cstddef>
#include <string>

namespace thoraxlite {

inline constexpr std::size_t kMaxCardTextBytes = 4000;  // of each

// Each may be empty: the card does not say.
struct CardTexts {
  std::string intended_use;  // by whom, for what, on which films
  std::string licence;       // of the weights
  std::string citation;      // how to cite the model
};

// Throws std::runtime_error naming the option: longer than kMaxCardTextBytes, no UTF-8, or a
// control character other than a line break.
void check(const CardTexts& texts);

}  // namespace thoraxlite
