// How every command names its data: a folder with manifest.csv, or phantom:COUNT.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "data/image_set.h"

namespace thoraxlite {

// COUNT of phantom:COUNT, or 0 where the name is a folder's. Throws std::runtime_error if COUNT is
// not a number from 30 to 1,000,000.
std::int64_t phantom_count(const std::string& data);

// The names of the labels, in order.
std::vector<std::string> load_labels(const std::string& data,
                                     const std::vector<std::string>& sources);

// The images of a split, in memory. Of COUNT phantoms, training has COUNT, the others a third of
// it.
ImageSet load_images(const std::string& data, const std::vector<std::string>& sources, Split split,
                     int size, std::uint64_t seed);

}  // namespace thoraxlite
