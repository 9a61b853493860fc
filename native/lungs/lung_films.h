// Films with lung masks, as ../shared/data/README.md describes masks.csv.
#pragma once

#include <torch/types.h>

#include <filesystem>
#include <string>
#include <vector>

#include "data/sample.h"

namespace thoraxlite {

struct LungFilms {
  torch::Tensor pixels;               // uint8 [N, 1, side, side]
  torch::Tensor masks;                // uint8 [N, 1, side, side], 1 inside
  std::vector<std::string> sources;   // [N]
  std::vector<std::string> patients;  // [N]
  std::vector<std::string> files;     // [N], as masks.csv has them

  std::int64_t size() const { return pixels.size(0); }
};

// masks.csv of a folder: columns mask, file, split, source, patient. Film and mask are averaged to
// side x side pixels; of a mask what is at least half white is inside. Throws std::runtime_error
// naming the file where the list or an image cannot be read, and where a split has no row.
LungFilms read_lung_films(const std::filesystem::path& folder, Split split, int side);

}  // namespace thoraxlite
