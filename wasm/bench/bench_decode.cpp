// How long a film's bytes take to the network's input: bench_decode ROUNDS FILE...
// One line of JSON a file, in milliseconds of processor time, which holds on a busy machine too.
// Built natively and, for node, as WebAssembly.
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <vector>

#include "core/image/decode.h"
#include "core/image/read_film.h"
#include "measure.h"

namespace {

using namespace thoraxlite;

constexpr int kSize = 224;

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

}  // namespace

int main(int argc, char** argv) {
  const int rounds = argc > 1 ? std::atoi(argv[1]) : 0;
  if (argc < 3 || rounds < 1) {
    std::fprintf(stderr, "usage: bench_decode ROUNDS FILE...\n");
    return 2;
  }
  for (int i = 2; i < argc; ++i) {
    const std::vector<std::uint8_t> bytes = read_file(argv[i]);
    const ByteView file{bytes.data(), bytes.size()};
    const Result<Film> film = read_film(file, kSize);
    if (!film) {
      std::fprintf(stderr, "%s: %s\n", argv[i], film.error().message.c_str());
      return 1;
    }
    measure(kWarmUp, [&] { return read_film(file, kSize).has_value(); });
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
