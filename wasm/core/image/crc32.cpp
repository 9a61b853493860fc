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

}  // namespace

std::uint32_t crc32(ByteView bytes) {
  static const Tables tables = make_tables();
  std::uint32_t rest = 0xffffffff;
  const std::uint8_t* at = bytes.data;
  const std::uint8_t* end = at + bytes.size;
  for (; end - at >= 8; at += 8) {
    const auto byte = [&](int i) { return i < 4 ? at[i] ^ (rest >> 8 * i & 0xff) : at[i]; };
    rest = tables[7][byte(0)] ^ tables[6][byte(1)] ^ tables[5][byte(2)] ^ tables[4][byte(3)] ^
           tables[3][byte(4)] ^ tables[2][byte(5)] ^ tables[1][byte(6)] ^ tables[0][byte(7)];
  }
  for (; at != end; ++at) rest = rest >> 8 ^ tables[0][(rest ^ *at) & 0xff];
  return ~rest;
}

}  // namespace thoraxlite
