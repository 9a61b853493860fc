// Files as bytes in memory, and their digest.
#pragma once

#include <cstdint>
#include <filesystem>
#include <string>
#include <vector>

#include "core/result.h"

namespace thoraxlite {

inline constexpr std::uintmax_t kMaxFileBytes = std::uintmax_t{512} << 20;

// Errors: no such file, not a regular file, larger than `most` bytes, not readable.
Result<std::vector<std::uint8_t>> read_file(const std::filesystem::path& path,
                                            std::uintmax_t most = kMaxFileBytes);

// The same for files without which nothing can go on: throws std::runtime_error naming the file.
std::vector<std::uint8_t> require_file(const std::filesystem::path& path,
                                       std::uintmax_t most = kMaxFileBytes);

inline ByteView view(const std::vector<std::uint8_t>& bytes) {
  return {bytes.data(), bytes.size()};
}

// SHA-256 in lower-case hex, by OpenSSL.
std::string sha256_hex(ByteView bytes);

}  // namespace thoraxlite
