#include "data/image_pixels.h"

#include <cmath>

#include "core/image/decode.h"
#include "core/image/prepare.h"
#include "data/file_bytes.h"

namespace thoraxlite {

void store_pixels(const GreyImage& image, int size, std::uint8_t* pixels) {
  const std::vector<float> resized = resize_area(image, size);
  for (std::size_t i = 0; i < resized.size(); ++i) {
    pixels[i] = static_cast<std::uint8_t>(std::lround(resized[i] * 255.0f));
  }
}

Result<void> read_pixels(const std::filesystem::path& file, int size, std::uint8_t* pixels) {
  const auto bytes = read_file(file);
  if (!bytes) return tl::unexpected(bytes.error());
  const Result<GreyImage> image = decode_image(view(*bytes));
  if (!image) return tl::unexpected(image.error());
  store_pixels(*image, size, pixels);
  return {};
}

}  // namespace thoraxlite
