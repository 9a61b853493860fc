// Labels as csv files write them: names joined by '|'.
#pragma once

#include <string>
#include <vector>

namespace thoraxlite {

// The names, in their order; none for an empty text. Throws std::runtime_error for an empty name
// between, before or after '|', and for a name that comes twice.
std::vector<std::string> split_labels(const std::string& text);

}  // namespace thoraxlite
