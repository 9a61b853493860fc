// How long a film's bytes take to the network's input: bench_decode ROUNDS FILE...
// One line of JSON a file, in milliseconds of processor time, which holds on a busy machine too.
// Built natively and, for node, as WebAssembly.
#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <ctime>
#include <vector>

#ifdef __EMSCRIPTEN__
#include <emscripten.h>
#endif

#include "core/image/decode.h"
#include "core/image/read_film.h"

namespace {

using namespace thoraxlite;

constexpr int kSize = 224;

std::vector<std::uint8_t> read(const char* path) {
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

// FNV-1a: native and WebAssembly must agree.
unsigned long long digest(const std::vector<float>& values) {
  std::uint64_t hash = 0xcbf29ce484222325;
  for (const float value : values) {
    std::uint32_t bits = 0;
    std::memcpy(&bits, &value, sizeof bits);
    hash = (hash ^ bits) * 0x100000001b3;
  }
  return hash;
}

double processor_milliseconds() {
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
  double median = 0;
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

}  // namespace

int main(int argc, char** argv) {
  const int rounds = argc > 1 ? std::atoi(argv[1]) : 0;
  if (argc < 3 || rounds < 1) {
    std::fprintf(stderr, "usage: bench_decode ROUNDS FILE...\n");
    return 2;
  }
  for (int i = 2; i < argc; ++i) {
    const std::vector<std::uint8_t> bytes = read(argv[i]);
    const ByteView file{bytes.data(), bytes.size()};
    const Result<Film> film = read_film(file, kSize);
    if (!film) {
      std::fprintf(stderr, "%s: %s\n", argv[i], film.error().message.c_str());
      return 1;
    }
    // Warm-up, until WebAssembly's optimising compiler has taken over.
    measure(10, [&] { return read_film(file, kSize).has_value(); });
    const Times to_film = measure(rounds, [&] { return read_film(file, kSize).has_value(); });
    const Times to_pixels = measure(rounds, [&] { return decode_image(file).has_value(); });
    std::printf(
        "{\"file\":\"%s\",\"width\":%d,\"height\":%d,\"bytes\":%zu,\"digest\":\"%016llx\","
        "\"film\":{\"median\":%.3f,\"least\":%.3f},\"pixels\":{\"median\":%.3f,\"least\":%.3f}}\n",
        argv[i], film->width, film->height, bytes.size(), digest(film->pixels), to_film.median,
        to_film.least, to_pixels.median, to_pixels.least);
  }
  return 0;
}
