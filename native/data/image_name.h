// How a dataset's images end, where it comes in several forms.
#pragma once

#include <filesystem>
#include <initializer_list>
#include <string>

namespace thoraxlite {

// The first ending with which stem is a file; else the first of all. One look at the disk tells for
// a whole dataset.
inline std::string image_ending(const std::filesystem::path& stem,
                                std::initializer_list<const char*> endings) {
  for (const char* ending : endings) {
    if (std::filesystem::exists(stem.string() + ending)) return ending;
  }
  return *endings.begin();
}

}  // namespace thoraxlite
