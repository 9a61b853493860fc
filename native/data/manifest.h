// The project's own dataset layout: a folder with manifest.csv, one row an image, and at least the
// columns file (relative to the folder), label, split (train, val, test) and source. Where there
// are columns patient and age (in years), they are read too; any other is kept by its name.
//
// label: one name; or, in multi-label data, several joined by '|', or none. Labels are exclusive
// where every row has exactly one. No label at all is taken only where another row has several,
// since it is otherwise more likely to have been forgotten.
#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "data/sample.h"

namespace thoraxlite {

// Labels in the order in which the manifest first names them. sources: keep only these; empty: all.
// Labels and whether they are exclusive are those of all rows, whichever sources are kept.
// Throws std::runtime_error naming the file, the row and what was expected: also for a file that
// stands in two rows, or that leads out of the folder.
SampleList read_manifest(const std::filesystem::path& folder,
                         const std::vector<std::string>& sources = {});

}  // namespace thoraxlite
