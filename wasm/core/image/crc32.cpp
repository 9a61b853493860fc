#include "core/image/crc32.h"

#include <array>

namespace thoraxlite {
namespace {

// Eight bytes a step, as zlib and libdeflate have it: table k is of a byte that k more follow.
// Theirs stand in the program and would be an eighth of the WebAssembly module on the wire.
constexpr std::uint32_t kPolynomial = 0xedb88320;  // the highest power in the lowest bit
using Tables = std::array<std::array<std::uint32_t, 256>, 8>;

Tables make_tables() {
  Tables tables{};
  for (std::uint32_t byte = 0; byte < 256; ++byte) {
    std::uint32_t rest = byte;
    for (int bit = 0; bit < 8; ++bit) rest = rest >> 1 ^ (rest % 2 != 0 ? kPolynomial : 0);
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

// Behind the bytes that `rest` is of come eight more.
inline std::uint32_t add_eight(const Tables& tables, std::uint32_t rest, const std::uint8_t* at) {
  const std::uint32_t first = rest ^ little_endian(at);
  const std::uint32_t second = little_endian(at + 4);
  return tables[7][first & 0xff] ^ tables[6][first >> 8 & 0xff] ^ tables[5][first >> 16 & 0xff] ^
         tables[4][first >> 24] ^ tables[3][second & 0xff] ^ tables[2][second >> 8 & 0xff] ^
         tables[1][second >> 16 & 0xff] ^ tables[0][second >> 24];
}

// Of polynomials over bits, the highest power first in the lowest bit, modulo CRC-32's.
constexpr std::uint32_t product(std::uint32_t a, std::uint32_t b) {
  std::uint32_t sum = 0;
  for (int bit = 31; bit >= 0; --bit) {
    sum ^= b & (0 - (a >> bit & 1));
    b = b >> 1 ^ (kPolynomial & (0 - (b & 1)));
  }
  return sum;
}

// What a rest is multiplied by for so many bytes of zeros behind it: x^(8 count). count: a power
// of 2.
constexpr std::uint32_t behind(std::size_t count) {
  std::uint32_t power = 1u << 23;  // x^8
  for (; count > 1; count /= 2) power = product(power, power);
  return power;
}

// A step waits for the one before it, but those of three pieces do not wait for each other.
constexpr std::size_t kPiece = 1024;

}  // namespace

std::uint32_t crc32(ByteView bytes) {
  static const Tables tables = make_tables();
  constexpr std::uint32_t kBehind = behind(kPiece);
  std::uint32_t rest = 0xffffffff;
  const std::uint8_t* at = bytes.data;
  std::size_t left = bytes.size;
  for (; left >= 3 * kPiece; left -= 3 * kPiece, at += 3 * kPiece) {
    std::uint32_t second = 0;
    std::uint32_t third = 0;
    for (std::size_t i = 0; i < kPiece; i += 8) {
      rest = add_eight(tables, rest, at + i);
      second = add_eight(tables, second, at + kPiece + i);
      third = add_eight(tables, third, at + 2 * kPiece + i);
    }
    rest = product(product(rest, kBehind) ^ second, kBehind) ^ third;
  }
  for (; left >= 8; left -= 8, at += 8) rest = add_eight(tables, rest, at);
  for (; left > 0; --left, ++at) rest = rest >> 8 ^ tables[0][(rest ^ *at) & 0xff];
  return ~rest;
}

}  // namespace thoraxlite
