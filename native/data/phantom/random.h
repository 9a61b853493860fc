// Random numbers that are the same on every machine: the standard fixes std::mt19937_64's output,
// but not what its distributions make of it.
#pragma once

#include <cstdint>
#include <random>

namespace thoraxlite::phantom {

class Random {
 public:
  // Streams of one seed are independent: drawing more from one leaves the others as they are.
  Random(std::uint64_t seed, std::uint64_t stream)
      : engine_(mix(seed + 0x9E3779B97F4A7C15u * (stream + 1))) {}

  // [0, 1)
  float uniform() { return static_cast<float>(engine_() >> 40) * 0x1p-24f; }

  // [low, high)
  float between(float low, float high) { return low + (high - low) * uniform(); }

  // low .. high, both included
  int whole(int low, int high) {
    return low + static_cast<int>(engine_() % static_cast<std::uint64_t>(high - low + 1));
  }

  bool chance(float probability) { return uniform() < probability; }

  // Mean 0, variance 1: a sum of four uniform numbers, bell-shaped within +-3.46.
  float bell() {
    const std::uint64_t bits = engine_();
    const auto sum = static_cast<float>((bits & 0xFFFF) + (bits >> 16 & 0xFFFF) +
                                        (bits >> 32 & 0xFFFF) + (bits >> 48));
    return (sum - 131070.0f) * 2.6429e-5f;  // sqrt(3) / 65536
  }

 private:
  // splitmix64: neighbouring seeds must not give similar phantoms.
  static std::uint64_t mix(std::uint64_t x) {
    x = (x ^ x >> 30) * 0xBF58476D1CE4E5B9u;
    x = (x ^ x >> 27) * 0x94D049BB133111EBu;
    return x ^ x >> 31;
  }

  std::mt19937_64 engine_;
};

}  // namespace thoraxlite::phantom
