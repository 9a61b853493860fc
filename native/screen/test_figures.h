// What a finding's threshold was worth on test films, as a model's card has it (wasm/README.md).
#pragma once

#include <optional>
#include <string>

#include "core/screener.h"

namespace thoraxlite {

struct TestShare {
  int films = 0;  // with the finding, or without it
  // Nothing where the films are fewer than one could go by.
  std::optional<double> value, low, high;  // [0, 1]; of the 95 % interval
};

struct TestFigures {
  TestShare sensitivity, specificity;
};

// At the screener's operating point; of adults where the card has them, as the page's exports.
// Nothing where it says nothing of test films.
std::optional<TestFigures> test_figures(const Screener& screener, const std::string& label);

}  // namespace thoraxlite
