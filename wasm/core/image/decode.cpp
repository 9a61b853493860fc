#include "core/image/decode.h"

#include <utility>

#include "core/image/container.h"

namespace thoraxlite {
namespace {

std::string by(int width, int height) {
  return std::to_string(width) + " x " + std::to_string(height);
}

class WholeImage : public RowSink {
 public:
  void begin(int width, int height, std::uint16_t max_value) override {
    image = {width, height, max_value, {}};
    image.pixels.reserve(static_cast<std::size_t>(width) * static_cast<std::size_t>(height));
  }
  void add_row(const std::uint8_t* grey) override { append(grey); }
  void add_row(const std::uint16_t* grey) override { append(grey); }

  GreyImage image;

 private:
  template <class Pixel>
  void append(const Pixel* grey) {
    image.pixels.insert(image.pixels.end(), grey, grey + image.width);
  }
};

}  // namespace

Result<void> check_size(int width, int height) {
  if (width > kMaxImageSide || height > kMaxImageSide) {
    return fail("The image is " + by(width, height) + " pixels; expected at most " +
                std::to_string(kMaxImageSide) + " a side.");
  }
  if (static_cast<long long>(width) * height > kMaxImageArea) {
    return fail("The image is " + by(width, height) + " pixels; expected at most " +
                std::to_string(kMaxImageArea / 1'000'000) + " million in all.");
  }
  return {};
}

Result<DecodedRows> decode_rows(ByteView file, RowSink& sink, DecodeMemory& memory) {
  const Result<ImageFormat> format = read_format(file);
  if (!format) return tl::unexpected(format.error());
  return *format == ImageFormat::jpeg ? decode_jpeg(file, sink, memory)
                                      : decode_png(file, sink, memory);
}

Result<GreyImage> decode_image(ByteView file) {
  WholeImage whole;
  DecodeMemory memory;
  const Result<DecodedRows> rows = decode_rows(file, whole, memory);
  if (!rows) return tl::unexpected(rows.error());
  GreyImage& image = whole.image;
  if (!rows->orientation.is_upright()) {
    image.pixels = upright(image.pixels, image.width, image.height, rows->orientation);
    if (rows->orientation.is_transposed) std::swap(image.width, image.height);
  }
  return std::move(image);
}

}  // namespace thoraxlite
