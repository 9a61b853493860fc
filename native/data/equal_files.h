// Files of the same bytes in several splits: what was learned would be tested.
#pragma once

#include <filesystem>

#include "data/sample.h"

namespace thoraxlite {

// Throws std::runtime_error naming two files of different splits that hold the same bytes, if there
// are such. `file`: where the list was read from. Looks at every file's size; reads the last 4 KiB
// of those that share theirs with one of another split, and whole only what is equal there too. On
// every core. A file that cannot be read is passed over: that is for whoever decodes it to say.
void refuse_equal_files(const SampleList& list, const std::filesystem::path& file);

}  // namespace thoraxlite
