// W3C PNG specification, section 5: eight bytes of signature, then chunks of length, type, data and
// CRC-32 of type and data.
#include <array>
#include <string_view>

#include "core/image/container.h"

namespace thoraxlite {
namespace {

constexpr std::array<std::uint32_t, 256> make_crc_table() {
  std::array<std::uint32_t, 256> table{};
  for (std::uint32_t n = 0; n < 256; ++n) {
    std::uint32_t c = n;
    for (int bit = 0; bit < 8; ++bit) c = c & 1 ? 0xedb88320u ^ (c >> 1) : c >> 1;
    table[n] = c;
  }
  return table;
}

constexpr auto kCrcTable = make_crc_table();

std::uint32_t crc32(const std::uint8_t* bytes, std::size_t size) {
  std::uint32_t c = 0xffffffffu;
  for (std::size_t i = 0; i < size; ++i) c = kCrcTable[(c ^ bytes[i]) & 0xff] ^ (c >> 8);
  return ~c;
}

std::uint32_t big_endian(const std::uint8_t* bytes) {
  return std::uint32_t{bytes[0]} << 24 | std::uint32_t{bytes[1]} << 16 |
         std::uint32_t{bytes[2]} << 8 | bytes[3];
}

tl::unexpected<Error> truncated() {
  return fail("The PNG is truncated: it ends before its IEND chunk.");
}

tl::unexpected<Error> damaged(const std::string& what) {
  return fail("The PNG is damaged: " + what + ".");
}

constexpr std::uint32_t kMaxChunk = 0x7fffffff;  // the specification's limit

}  // namespace

Result<Container> read_png_container(ByteView file) {
  Container container;
  container.format = Container::Format::png;
  bool has_pixels = false;
  std::size_t position = 8;

  for (bool first = true;; first = false) {
    if (file.size - position < 12) return truncated();
    const std::uint32_t length = big_endian(file.data + position);
    const std::uint8_t* type = file.data + position + 4;
    const std::string_view name(reinterpret_cast<const char*>(type), 4);
    if (first && name != "IHDR") return damaged("its first chunk is not IHDR");
    if (length > kMaxChunk) return damaged("a chunk is longer than the format allows");
    if (length > file.size - position - 12) return truncated();
    const std::uint8_t* data = type + 4;
    if (crc32(type, 4 + std::size_t{length}) != big_endian(data + length)) {
      return damaged("a checksum does not match its bytes");
    }

    if (first) {
      if (length != 13) return damaged("its header has the wrong length");
      const std::uint32_t width = big_endian(data);
      const std::uint32_t height = big_endian(data + 4);
      if (width == 0 || height == 0 || width > kMaxChunk || height > kMaxChunk) {
        return damaged("its header states no valid size");
      }
      container.width = static_cast<int>(width);
      container.height = static_cast<int>(height);
    } else if (name == "acTL") {
      return fail("This PNG is animated; expected a still image.");
    } else if (name == "IDAT") {
      has_pixels = true;
    } else if (name == "IEND") {
      if (!has_pixels) return damaged("it holds no pixels");
      return container;
    }
    position += 12 + std::size_t{length};
  }
}

}  // namespace thoraxlite
