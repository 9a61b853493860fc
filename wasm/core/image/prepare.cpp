#include "core/image/prepare.h"

#include <algorithm>
#include <new>

// Without SIMD the library does the same float operations in the same order everywhere. Memory
// comes from operator new, so that running out of it is reported as everywhere else.
#define STBIR_NO_SIMD
#define STBIR_MALLOC(size, user_data) ((void)(user_data), ::operator new(size))
#define STBIR_FREE(block, user_data) ((void)(user_data), ::operator delete(block))
#define STB_IMAGE_RESIZE_STATIC
#define STB_IMAGE_RESIZE_IMPLEMENTATION
#include <stb/stb_image_resize2.h>

namespace thoraxlite {

std::vector<float> resize_area(const GreyImage& image, int size) {
  const float white = image.max_value;
  std::vector<float> output(static_cast<std::size_t>(size) * static_cast<std::size_t>(size));

  if (image.width == size && image.height == size) {
    std::transform(image.pixels.begin(), image.pixels.end(), output.begin(),
                   [white](std::uint16_t pixel) { return pixel / white; });
    return output;
  }

  STBIR_RESIZE resize;
  stbir_resize_init(&resize, image.pixels.data(), image.width, image.height, 0, output.data(), size,
                    size, 0, STBIR_1CHANNEL, STBIR_TYPE_UINT16);
  stbir_set_datatypes(&resize, STBIR_TYPE_UINT16, STBIR_TYPE_FLOAT);
  stbir_set_filters(&resize, STBIR_FILTER_BOX, STBIR_FILTER_BOX);
  stbir_resize_extended(&resize);

  // The library takes 65535 for white. Its weights sum to one only within rounding.
  const float scale = 65535.0f / white;
  for (float& pixel : output) pixel = std::clamp(pixel * scale, 0.0f, 1.0f);
  return output;
}

void normalise(std::vector<float>& pixels, const InputSpec& spec) {
  for (float& pixel : pixels) pixel = (pixel - spec.mean) / spec.std;
}

}  // namespace thoraxlite
