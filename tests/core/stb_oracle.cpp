#include "stb_oracle.h"

#define STBI_ONLY_JPEG
#define STBI_ONLY_PNG
#define STBI_NO_STDIO
#define STB_IMAGE_STATIC
#define STB_IMAGE_IMPLEMENTATION
#include <stb/stb_image.h>

namespace thoraxlite {
namespace {

template <class Pixel>
GreyImage take(Pixel* pixels, int width, int height, std::uint16_t white) {
  if (pixels == nullptr) return {};
  GreyImage image{width, height, white, {pixels, pixels + width * height}};
  stbi_image_free(pixels);
  return image;
}

}  // namespace

GreyImage decode_by_stb(const Bytes& file) {
  const int size = static_cast<int>(file.size());
  int width = 0;
  int height = 0;
  int channels = 0;
  if (stbi_is_16_bit_from_memory(file.data(), size)) {
    stbi_us* pixels = stbi_load_16_from_memory(file.data(), size, &width, &height, &channels, 1);
    return take(pixels, width, height, 65535);
  }
  stbi_uc* pixels = stbi_load_from_memory(file.data(), size, &width, &height, &channels, 1);
  return take(pixels, width, height, 255);
}

}  // namespace thoraxlite
