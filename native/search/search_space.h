// What a search tries: values of some options of a network.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "training/run_options.h"

namespace thoraxlite {

// One of the values, or, where there are none, a number between two bounds.
struct Choice {
  std::string option;  // its name, without "--"
  std::vector<std::string> values;
  double low = 0, high = 0;
  bool logarithmic = false;  // drawn evenly on the scale of its logarithm; else evenly
  bool whole = false;        // the option is a whole number
};

// Whether an option can be searched: it is one value, and does not say what is learned from, what
// is validated on, for how long, or by which seed.
bool can_be_searched(const std::string& option);

// From its values, or from "uniform(LOW, HIGH)" or "log-uniform(LOW, HIGH)" alone. Throws
// std::runtime_error naming the option also where it cannot take one of them.
Choice parse_choice(const std::string& option, const std::vector<std::string>& texts);

// The value of a trial, as set_option() takes it: the same for the same seed, trial and choice,
// whatever else is searched. A number has five significant digits.
std::string draw(const Choice& choice, std::uint64_t seed, std::int64_t trial);

// Throws std::runtime_error naming the option: no such one, a value that it cannot take.
void set_option(RunOptions& options, const std::string& option, const std::string& value);

}  // namespace thoraxlite
