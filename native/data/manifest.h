// The project's own dataset layout: a folder with manifest.csv, one row an image, and at least the
// columns file (relative to the folder), label, split (train, val, test) and source.
#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "data/sample.h"

namespace thoraxlite {

// Labels in the order in which the manifest first names them. sources: keep only these; empty: all.
// Throws std::runtime_error naming the file, the row and what was expected.
SampleList read_manifest(const std::filesystem::path& folder,
                         const std::vector<std::string>& sources = {});

}  // namespace thoraxlite
