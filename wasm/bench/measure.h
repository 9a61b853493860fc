// What the benches of decoding and of films measure by: processor time, which holds on a busy
// machine too.
#pragma once

#include <algorithm>
#include <cstdint>
#include <cstdio>
#include <ctime>
#include <vector>

#ifdef __EMSCRIPTEN__
#include <emscripten.h>
#endif

namespace thoraxlite {

// Empty where it cannot be read.
inline std::vector<std::uint8_t> read_file(const char* path) {
  std::vector<std::uint8_t> bytes;
  std::FILE* file = std::fopen(path, "rb");
  if (file == nullptr) return bytes;
  std::uint8_t block[65536];
  while (const std::size_t count = std::fread(block, 1, sizeof block, file)) {
    bytes.insert(bytes.end(), block, block + count);
  }
  std::fclose(file);
  return bytes;
}

inline double processor_milliseconds() {
#ifdef __EMSCRIPTEN__
  return EM_ASM_DOUBLE({
    const used = process.cpuUsage();
    return (used.user + used.system) / 1e3;
  });
#else
  return 1e3 * static_cast<double>(std::clock()) / CLOCKS_PER_SEC;
#endif
}

struct Times {
  double median = 0;  // milliseconds
  double least = 0;
};

template <class Work>
Times measure(int rounds, const Work& work) {
  std::vector<double> times;
  for (int round = 0; round < rounds; ++round) {
    const double start = processor_milliseconds();
    work();
    times.push_back(processor_milliseconds() - start);
  }
  std::sort(times.begin(), times.end());
  return {times[times.size() / 2], times.front()};
}

// Calls before those that count, until WebAssembly's optimising compiler has taken over.
inline constexpr int kWarmUp = 25;

}  // namespace thoraxlite
