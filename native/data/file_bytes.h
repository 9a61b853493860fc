// A whole file in memory.
#pragma once

#include <filesystem>
#include <fstream>
#include <iterator>
#include <stdexcept>
#include <vector>

#include "core/result.h"

namespace thoraxlite {

// Throws std::runtime_error naming the file.
inline std::vector<std::uint8_t> read_file(const std::filesystem::path& file) {
  std::ifstream stream(file, std::ios::binary);
  std::vector<std::uint8_t> bytes{std::istreambuf_iterator<char>(stream), {}};
  if (!stream.is_open() || stream.bad()) {
    throw std::runtime_error(file.string() + ": cannot be read");
  }
  return bytes;
}

inline ByteView view(const std::vector<std::uint8_t>& bytes) {
  return {bytes.data(), bytes.size()};
}

}  // namespace thoraxlite
