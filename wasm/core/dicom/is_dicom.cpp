#include "core/dicom/is_dicom.h"

#include <algorithm>
#include <cstring>
#include <string_view>

namespace thoraxlite {
namespace {

// Value representations of PS3.5 6.2 that the first elements of a file have.
constexpr std::string_view kFirstRepresentations[] = {"UL", "OB", "UI", "SH", "AE",
                                                      "UN", "CS", "DA", "TM", "LO"};
constexpr std::size_t kPrefixEnd = 132;
constexpr unsigned kLastFirstElement = 0x70;
constexpr std::uint32_t kLongestFirstValue = 64;

}  // namespace

bool is_dicom(ByteView file) {
  const std::uint8_t* bytes = file.data;
  if (file.size >= kPrefixEnd && std::memcmp(bytes + 128, "DICM", 4) == 0) return true;
  if (file.size < 8 || bytes[1] != 0 || (bytes[0] != 2 && bytes[0] != 8)) return false;
  if ((bytes[2] | unsigned{bytes[3]} << 8) > kLastFirstElement) return false;
  const char letters[] = {static_cast<char>(bytes[4]), static_cast<char>(bytes[5])};
  const auto* end = std::end(kFirstRepresentations);
  if (std::find(std::begin(kFirstRepresentations), end, std::string_view(letters, 2)) != end) {
    return true;
  }
  // Implicit VR: a length follows, and the value must lie within the file.
  const std::uint32_t length = bytes[4] | std::uint32_t{bytes[5]} << 8 |
                               std::uint32_t{bytes[6]} << 16 | std::uint32_t{bytes[7]} << 24;
  return bytes[0] == 8 && length > 0 && length <= kLongestFirstValue && 8 + length < file.size;
}

}  // namespace thoraxlite
