#include "core/image/crc32.h"

#include <array>

namespace thoraxlite {
namespace {

// Eight bytes a step, as zlib and libdeflate have it: table k is of a byte that k more follow.
// Theirs stand in the program and would be an eighth of the WebAssembly module on the wire.
using Tables = std::array<std::array<std::uint32_t, 256>, 8>;

Tables make_tables() {
  Tables tables{};
  for (std::uint32_t byte = 0; byte < 256; ++byte) {
    std::uint32_t rest = byte;
    for (int bit = 0; bit < 8; ++bit) rest = rest >> 1 ^ (rest % 2 != 0 ? 0xedb88320u : 0);
    tables[0][byte] = rest;
  }
  for (std::size_t table = 1; table < tables.size(); ++table) {
    for (std::size_t byte = 0; byte < 256; ++byte) {
      const std::uint32_t rest = tables[table - 1][byte];
      tables[table][byte] = rest >> 8 ^ tables[0][rest & 0xff];
    }
  }
  return tables;
}

// Compilers make one load of it.
std::uint32_t little_endian(const std::uint8_t* bytes) {
  return bytes[0] | std::uint32_t{bytes[1]} << 8 | std::uint32_t{bytes[2]} << 16 |
         std::uint32_t{bytes[3]} << 24;
}

}  // namespace

std::uint32_t crc32(ByteView bytes) {
  static const Tables tables = make_tables();
  std::uint32_t rest = 0xffffffff;
  const std::uint8_t* at = bytes.data;
  const std::uint8_t* end = at + bytes.size;
  for (; end - at >= 8; at += 8) {
    const std::uint32_t first = rest ^ little_endian(at);
    const std::uint32_t second = little_endian(at + 4);
    rest = tables[7][first & 0xff] ^ tables[6][first >> 8 & 0xff] ^ tables[5][first >> 16 & 0xff] ^
           tables[4][first >> 24] ^ tables[3][second & 0xff] ^ tables[2][second >> 8 & 0xff] ^
           tables[1][second >> 16 & 0xff] ^ tables[0][second >> 24];
  }
  for (; at != end; ++at) rest = rest >> 8 ^ tables[0][(rest ^ *at) & 0xff];
  return ~rest;
}

}  // namespace thoraxlite
