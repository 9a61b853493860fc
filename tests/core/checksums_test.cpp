// Checksums by many bytes at a time against their definitions, a byte at a time.
#include <doctest/doctest.h>

#include <random>
#include <vector>

#include "core/image/adler32.h"
#include "core/image/crc32.h"
#include "made_images.h"

using namespace thoraxlite;

namespace {

std::uint32_t plain_adler32(const Bytes& bytes) {
  std::uint32_t a = 1;
  std::uint32_t b = 0;
  for (const std::uint8_t byte : bytes) {
    a = (a + byte) % 65521;
    b = (b + a) % 65521;
  }
  return b << 16 | a;
}

std::uint32_t plain_crc32(const Bytes& bytes) {
  std::uint32_t rest = 0xffffffff;
  for (const std::uint8_t byte : bytes) {
    rest ^= byte;
    for (int bit = 0; bit < 8; ++bit) rest = rest >> 1 ^ (rest % 2 != 0 ? 0xedb88320u : 0);
  }
  return ~rest;
}

}  // namespace

TEST_CASE("checksums are what their definitions say, of any length") {
  std::mt19937 random(7);
  std::vector<std::size_t> sizes;
  for (std::size_t size = 0; size < 70; ++size) sizes.push_back(size);
  // Around what is taken at once: 16 bytes 256 times, and 1024 three times.
  for (const std::size_t size : {1024, 2048, 3072, 4096, 6144, 8192, 9216, 12288, 65536}) {
    for (const int more : {-9, -1, 0, 1, 15, 23}) {
      sizes.push_back(size + static_cast<std::size_t>(more));
    }
  }
  for (const std::size_t size : sizes) {
    CAPTURE(size);
    Bytes bytes(size);
    for (std::uint8_t& byte : bytes) byte = static_cast<std::uint8_t>(random());
    CHECK(adler32({bytes.data(), size}) == plain_adler32(bytes));
    CHECK(crc32({bytes.data(), size}) == plain_crc32(bytes));
    // The largest sums.
    bytes.assign(size, 255);
    CHECK(adler32({bytes.data(), size}) == plain_adler32(bytes));
    CHECK(crc32({bytes.data(), size}) == plain_crc32(bytes));
  }
}
