#include "image_files.h"

#include <algorithm>
#include <filesystem>

namespace thoraxlite {

namespace fs = std::filesystem;

std::vector<std::string> find_image_files(const std::vector<std::string>& paths) {
  std::vector<std::string> files;
  for (const std::string& path : paths) {
    std::error_code error;
    if (!fs::is_directory(path, error)) {
      files.push_back(path);
      continue;
    }
    std::vector<std::string> found;
    auto entry = fs::recursive_directory_iterator(
        path, fs::directory_options::skip_permission_denied, error);
    while (!error && entry != fs::recursive_directory_iterator()) {
      const bool is_hidden = entry->path().filename().string().front() == '.';
      if (is_hidden && entry->is_directory(error)) entry.disable_recursion_pending();
      if (!is_hidden && !entry->is_directory(error)) found.push_back(entry->path().string());
      entry.increment(error);
    }
    // The folder itself then stands for what could not be listed, as a row with an error.
    if (error) found.push_back(path);
    std::sort(found.begin(), found.end());
    files.insert(files.end(), found.begin(), found.end());
  }
  return files;
}

}  // namespace thoraxlite
