// Files as bytes in memory.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "core/result.h"

namespace thoraxlite {

inline constexpr std::uintmax_t kMaxFileBytes = std::uintmax_t{512} << 20;

// Errors: no such file, not a regular file, larger than kMaxFileBytes, not readable.
Result<std::vector<std::uint8_t>> read_file(const std::string& path);

// Lower-case hex.
std::string sha256_hex(const std::vector<std::uint8_t>& bytes);

}  // namespace thoraxlite
