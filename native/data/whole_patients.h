// A part of a dataset's films, drawn by chance, in which nobody has some of his films only.
#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

#include "data/sample.h"

namespace thoraxlite {

// Patients in an order that the seed and their names alone decide, each with all of the films given
// here, until there are at least so many films; all where there are fewer. A film of which no
// patient is known is one by itself, named by its path below the folder that holds all of them.
std::vector<Sample> whole_patients(const std::vector<Sample>& samples, std::size_t films,
                                   std::uint64_t seed);

}  // namespace thoraxlite
