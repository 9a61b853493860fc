#include "data/label_names.h"

#include <algorithm>
#include <stdexcept>

namespace thoraxlite {

std::vector<std::string> split_labels(const std::string& text) {
  std::vector<std::string> names;
  if (text.empty()) return names;
  for (std::size_t begin = 0; begin <= text.size();) {
    const std::size_t end = std::min(text.find('|', begin), text.size());
    const std::string name = text.substr(begin, end - begin);
    if (name.empty() || std::find(names.begin(), names.end(), name) != names.end()) {
      throw std::runtime_error("label '" + text +
                               "' is malformed; expected different names joined by '|'");
    }
    names.push_back(name);
    begin = end + 1;
  }
  return names;
}

}  // namespace thoraxlite
