#include "phantom/image_writer.h"

#include <png.h>

#include <cstdint>
#include <fstream>
#include <stdexcept>
#include <string>
#include <vector>

#define STB_IMAGE_WRITE_IMPLEMENTATION
#define STB_IMAGE_WRITE_STATIC
#define STBI_WRITE_NO_STDIO
#include <stb/stb_image_write.h>

namespace thoraxlite {
namespace {

using Bytes = std::vector<std::uint8_t>;

void save(const std::filesystem::path& file, const Bytes& bytes) {
  std::ofstream out(file, std::ios::binary);
  out.write(reinterpret_cast<const char*>(bytes.data()),
            static_cast<std::streamsize>(bytes.size()));
  out.close();
  if (!out) throw std::runtime_error(file.string() + ": could not be written");
}

Bytes eight_bit(const GreyImage& image) {
  return {image.pixels.begin(), image.pixels.end()};
}

Bytes big_endian(const GreyImage& image) {
  Bytes bytes;
  bytes.reserve(2 * image.pixels.size());
  for (const std::uint16_t pixel : image.pixels) {
    bytes.push_back(static_cast<std::uint8_t>(pixel >> 8));
    bytes.push_back(static_cast<std::uint8_t>(pixel & 0xFF));
  }
  return bytes;
}

void append_png(png_structp png, png_bytep data, size_t size) {
  auto& bytes = *static_cast<Bytes*>(png_get_io_ptr(png));
  bytes.insert(bytes.end(), data, data + size);
}

// libpng reports errors by longjmp, which must not skip a destructor: nothing here has one.
bool encode_png(const GreyImage& image, const Bytes& samples, int bit_depth, Bytes& encoded) {
  png_structp png = png_create_write_struct(PNG_LIBPNG_VER_STRING, nullptr, nullptr, nullptr);
  if (png == nullptr) return false;
  png_infop info = png_create_info_struct(png);
  if (info == nullptr || setjmp(png_jmpbuf(png))) {
    png_destroy_write_struct(&png, &info);
    return false;
  }
  png_set_write_fn(png, &encoded, append_png, nullptr);
  png_set_IHDR(png, info, static_cast<png_uint_32>(image.width),
               static_cast<png_uint_32>(image.height), bit_depth, PNG_COLOR_TYPE_GRAY,
               PNG_INTERLACE_NONE, PNG_COMPRESSION_TYPE_DEFAULT, PNG_FILTER_TYPE_DEFAULT);
  png_write_info(png, info);
  const std::size_t stride = samples.size() / static_cast<std::size_t>(image.height);
  for (int y = 0; y < image.height; ++y) {
    png_write_row(png, samples.data() + static_cast<std::size_t>(y) * stride);
  }
  png_write_end(png, info);
  png_destroy_write_struct(&png, &info);
  return true;
}

}  // namespace

void write_png(const std::filesystem::path& file, const GreyImage& image) {
  const bool deep = image.max_value > 255;
  const Bytes samples = deep ? big_endian(image) : eight_bit(image);
  Bytes encoded;
  if (!encode_png(image, samples, deep ? 16 : 8, encoded)) {
    throw std::runtime_error(file.string() + ": libpng could not encode it");
  }
  save(file, encoded);
}

std::vector<std::uint8_t> encode_jpeg(const GreyImage& image, int quality) {
  if (image.max_value > 255) {
    throw std::invalid_argument("JPEG holds 8 bits, the image has 16");
  }
  Bytes encoded;
  const auto append = [](void* context, void* data, int size) {
    const auto* first = static_cast<const std::uint8_t*>(data);
    auto& bytes = *static_cast<Bytes*>(context);
    bytes.insert(bytes.end(), first, first + size);
  };
  if (!stbi_write_jpg_to_func(append, &encoded, image.width, image.height, 1,
                              eight_bit(image).data(), quality)) {
    throw std::runtime_error("an image of " + std::to_string(image.width) + "x" +
                             std::to_string(image.height) + " could not be encoded as JPEG");
  }
  return encoded;
}

void write_jpeg(const std::filesystem::path& file, const GreyImage& image) {
  try {
    save(file, encode_jpeg(image));
  } catch (const std::invalid_argument& error) {
    throw std::invalid_argument(file.string() + ": " + error.what());
  }
}

}  // namespace thoraxlite
