// The core's JPEG decoder against libjpeg-turbo: the same samples, and no damage passed over.
#include <cstdio>
#include <cstdlib>

#include "jpeg_comparison.h"

using namespace thoraxlite;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size < 2) return 0;
  // A large picture takes long, and shows no more.
  constexpr int kMostPixels = 1 << 20;
  for (std::size_t i = 0; i + 8 < size; ++i) {
    const bool is_frame = data[i] == 0xff && data[i + 1] >= 0xc0 && data[i + 1] <= 0xc2;
    if (!is_frame) continue;
    const int height = data[i + 5] << 8 | data[i + 6];
    const int width = data[i + 7] << 8 | data[i + 8];
    if (static_cast<long long>(height) * width > kMostPixels) return 0;
  }
  const std::string difference = compare_with_libjpeg(data, size, OracleDct::of_core);
  if (difference.empty()) return 0;
  std::fprintf(stderr, "%s\n", difference.c_str());
  std::abort();
}
