// A share of the patients or files of a dataset, chosen by their names alone: a dataset's subset,
// or another machine, chooses the same.
#pragma once

#include <cstdint>
#include <string_view>

#include "data/sample.h"

namespace thoraxlite {

// 64 bits, each of which changes with every letter; the same on every machine.
std::uint64_t name_hash(std::string_view name);

// True for about `share` (0 .. 1) of all names.
bool is_in_share(std::string_view name, double share);

// Of a patient where nobody has published a split: a fifth is test, a tenth validation.
Split hashed_split(std::string_view patient);

}  // namespace thoraxlite
