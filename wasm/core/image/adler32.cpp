#include "core/image/adler32.h"

#include <algorithm>
#include <cstring>

namespace thoraxlite {
namespace {

constexpr std::uint32_t kPrime = 65521;
constexpr std::size_t kLanes = 16;
// So many bytes of 255 in a lane do not leave 16 bits, nor their running sums 32.
constexpr std::size_t kMostSteps = 256;

using Bytes = std::uint8_t __attribute__((vector_size(kLanes)));
using Sums = std::uint16_t __attribute__((vector_size(2 * kLanes)));
using RunningSums = std::uint32_t __attribute__((vector_size(4 * kLanes)));

}  // namespace

// With a the sum of the bytes, b is the sum of what a was behind each byte. libdeflate has vectors
// for it, but none in WebAssembly.
std::uint32_t adler32(ByteView bytes) {
  std::uint32_t a = 1;
  std::uint32_t b = 0;
  const std::uint8_t* at = bytes.data;
  std::size_t left = bytes.size;
  while (left >= kLanes) {
    const std::size_t steps = std::min(left / kLanes, kMostSteps);
    Sums sums{};
    RunningSums running{};
    for (std::size_t step = 0; step < steps; ++step, at += kLanes) {
      Bytes next;
      std::memcpy(&next, at, kLanes);
      sums += __builtin_convertvector(next, Sums);
      running += __builtin_convertvector(sums, RunningSums);
    }
    const std::size_t count = steps * kLanes;
    left -= count;
    // A byte counts once for itself and each behind it: for all 16 of its step and of later ones,
    // but for those before it in its own.
    std::uint64_t weighted = 0;
    std::uint32_t sum = 0;
    for (std::size_t lane = 0; lane < kLanes; ++lane) {
      weighted += std::uint64_t{running[lane]} * kLanes - std::uint64_t{sums[lane]} * lane;
      sum += sums[lane];
    }
    b = static_cast<std::uint32_t>((b + std::uint64_t{a} * count + weighted) % kPrime);
    a = (a + sum) % kPrime;
  }
  for (; left > 0; --left, ++at) {
    a = (a + *at) % kPrime;
    b = (b + a) % kPrime;
  }
  return b << 16 | a;
}

}  // namespace thoraxlite
