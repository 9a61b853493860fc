#include "core/image/decode.h"

#include <algorithm>
#include <cstdlib>
#include <memory>

#include "core/image/container.h"

namespace {

// The largest honest buffer is a 16-bit RGBA image of the largest area. Without this bound a small
// PNG could inflate to gigabytes before its size is found to be wrong.
constexpr std::size_t kMaxBuffer =
    static_cast<std::size_t>(thoraxlite::kMaxImageArea) * 8 + (std::size_t{1} << 20);

void* bounded_malloc(std::size_t size) {
  return size > kMaxBuffer ? nullptr : std::malloc(size);
}

void* bounded_realloc(void* block, std::size_t size) {
  return size > kMaxBuffer ? nullptr : std::realloc(block, size);
}

}  // namespace

#define STBI_MALLOC(size) bounded_malloc(size)
#define STBI_REALLOC(block, size) bounded_realloc(block, size)
#define STBI_FREE(block) std::free(block)
#define STBI_ONLY_JPEG
#define STBI_ONLY_PNG
#define STBI_NO_STDIO
#define STBI_MAX_DIMENSIONS 16384
#define STBI_FAILURE_USERMSG
#define STB_IMAGE_STATIC
#define STB_IMAGE_IMPLEMENTATION
#include <stb/stb_image.h>

static_assert(STBI_MAX_DIMENSIONS == thoraxlite::kMaxImageSide);

namespace thoraxlite {
namespace {

struct Free {
  void operator()(void* pixels) const { stbi_image_free(pixels); }
};

// pixels: [height, width, channels], grey or R, G, B first.
template <class Pixel>
ColourImage to_grey(const Pixel* pixels, int width, int height, int channels,
                    std::uint16_t max_value) {
  const std::size_t count = static_cast<std::size_t>(width) * static_cast<std::size_t>(height);
  ColourImage image{{width, height, max_value, std::vector<std::uint16_t>(count)}, 0};
  std::uint64_t colour = 0;
  for (std::size_t i = 0; i < count; ++i, pixels += channels) {
    if (channels < 3) {
      image.grey.pixels[i] = pixels[0];
      continue;
    }
    const auto [low, high] = std::minmax({pixels[0], pixels[1], pixels[2]});
    colour += static_cast<std::uint64_t>(high - low);
    image.grey.pixels[i] =
        static_cast<std::uint16_t>((77 * pixels[0] + 150 * pixels[1] + 29 * pixels[2]) >> 8);
  }
  image.colourfulness =
      static_cast<float>(static_cast<double>(colour) / (static_cast<double>(count) * max_value));
  return image;
}

std::string by(int width, int height) {
  return std::to_string(width) + " x " + std::to_string(height);
}

}  // namespace

Result<ColourImage> decode_colour_image(ByteView file) {
  const Result<Container> container = read_container(file);
  if (!container) return tl::unexpected(container.error());

  const auto [format, width, height] = *container;
  if (width > kMaxImageSide || height > kMaxImageSide) {
    return fail("The image is " + by(width, height) + " pixels; expected at most " +
                std::to_string(kMaxImageSide) + " a side.");
  }
  if (static_cast<long long>(width) * height > kMaxImageArea) {
    return fail("The image is " + by(width, height) + " pixels; expected at most " +
                std::to_string(kMaxImageArea / 1'000'000) + " million in all.");
  }

  const char* name = format == Container::Format::jpeg ? "JPEG" : "PNG";
  const auto undecodable = [name] {
    return fail("The " + std::string(name) +
                " cannot be decoded: " + std::string(stbi_failure_reason()) + ".");
  };
  if (file.size > 0x7fffffff) return fail("The file is over 2 GB; expected a smaller image.");
  const int size = static_cast<int>(file.size);

  int seen_width = 0;
  int seen_height = 0;
  int channels = 0;
  if (!stbi_info_from_memory(file.data, size, &seen_width, &seen_height, &channels)) {
    return undecodable();
  }
  // Two readers that disagree about a file are a sign of a crafted one.
  if (seen_width != width || seen_height != height) {
    return fail("The " + std::string(name) + " is damaged: it states its size in two ways.");
  }

  if (stbi_is_16_bit_from_memory(file.data, size)) {
    const std::unique_ptr<stbi_us, Free> pixels(
        stbi_load_16_from_memory(file.data, size, &seen_width, &seen_height, &channels, 0));
    if (!pixels) return undecodable();
    return to_grey(pixels.get(), width, height, channels, 65535);
  }
  const std::unique_ptr<stbi_uc, Free> pixels(
      stbi_load_from_memory(file.data, size, &seen_width, &seen_height, &channels, 0));
  if (!pixels) return undecodable();
  return to_grey(pixels.get(), width, height, channels, 255);
}

Result<GreyImage> decode_image(ByteView file) {
  Result<ColourImage> image = decode_colour_image(file);
  if (!image) return tl::unexpected(std::move(image.error()));
  return std::move(image->grey);
}

}  // namespace thoraxlite
