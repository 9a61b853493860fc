// Which files a command line names.
#pragma once

#include <string>
#include <vector>

namespace thoraxlite {

// Each path as it stands; a folder becomes the regular files below it, sorted by path. Hidden files
// and folders (a leading dot) are left out; everything else is taken, whatever its name's ending,
// since a film that is passed over in silence is worse than a row with an error.
std::vector<std::string> find_image_files(const std::vector<std::string>& paths);

}  // namespace thoraxlite
