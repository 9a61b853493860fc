#include "made_images.h"

#define STB_IMAGE_WRITE_STATIC
#define STBI_WRITE_NO_STDIO
#define STB_IMAGE_WRITE_IMPLEMENTATION
#include <stb/stb_image_write.h>

#include <algorithm>
#include <random>

namespace thoraxlite {
namespace {

void put16(Bytes& bytes, unsigned value) {
  bytes.push_back(static_cast<std::uint8_t>(value >> 8));
  bytes.push_back(static_cast<std::uint8_t>(value));
}

void put32(Bytes& bytes, std::uint32_t value) {
  put16(bytes, value >> 16);
  put16(bytes, value & 0xffff);
}

std::uint32_t crc32(const Bytes& bytes) {
  std::uint32_t crc = 0xffffffff;
  for (const std::uint8_t byte : bytes) {
    crc ^= byte;
    for (int bit = 0; bit < 8; ++bit) crc = (crc >> 1) ^ (crc & 1 ? 0xedb88320 : 0);
  }
  return ~crc;
}

// zlib without compression: stored blocks.
Bytes zlib_stored(const Bytes& data) {
  Bytes bytes{0x78, 0x01};
  std::uint32_t a = 1;
  std::uint32_t b = 0;
  for (const std::uint8_t byte : data) {
    a = (a + byte) % 65521;
    b = (b + a) % 65521;
  }
  std::size_t position = 0;
  do {
    const std::size_t length = std::min<std::size_t>(data.size() - position, 65535);
    bytes.push_back(position + length == data.size() ? 1 : 0);
    for (const std::size_t field : {length, ~length}) {
      bytes.push_back(static_cast<std::uint8_t>(field));
      bytes.push_back(static_cast<std::uint8_t>(field >> 8));
    }
    bytes.insert(bytes.end(), data.begin() + position, data.begin() + position + length);
    position += length;
  } while (position < data.size());
  put32(bytes, b << 16 | a);
  return bytes;
}

class BitWriter {
 public:
  void put(unsigned value, int bits) {
    for (int bit = bits - 1; bit >= 0; --bit) put_bit(value >> bit & 1);
  }
  Bytes finish() {
    while (count_ != 0) put_bit(1);
    return bytes_;
  }

 private:
  void put_bit(unsigned bit) {
    current_ = current_ << 1 | bit;
    if (++count_ < 8) return;
    bytes_.push_back(static_cast<std::uint8_t>(current_));
    if ((current_ & 0xff) == 0xff) bytes_.push_back(0);
    count_ = 0;
  }

  Bytes bytes_;
  unsigned current_ = 0;
  int count_ = 0;
};

Bytes jpeg_segment(int marker, const Bytes& data) {
  Bytes bytes{0xff, static_cast<std::uint8_t>(marker)};
  put16(bytes, static_cast<unsigned>(data.size() + 2));
  return concatenate({bytes, data});
}

Bytes jpeg_frame(int marker, int precision, int width, int height, int components) {
  Bytes frame{static_cast<std::uint8_t>(precision)};
  put16(frame, static_cast<unsigned>(height));
  put16(frame, static_cast<unsigned>(width));
  frame.push_back(static_cast<std::uint8_t>(components));
  for (int c = 1; c <= components; ++c) {
    frame.insert(frame.end(), {static_cast<std::uint8_t>(c), 0x11, 0});
  }
  return jpeg_segment(marker, frame);
}

const Bytes kStartOfImage{0xff, 0xd8};
const Bytes kEndOfImage{0xff, 0xd9};

}  // namespace

std::vector<std::uint16_t> pattern(int width, int height, std::uint32_t seed) {
  std::mt19937 random(seed);
  std::vector<std::uint16_t> pixels;
  for (int y = 0; y < height; ++y) {
    for (int x = 0; x < width; ++x) {
      const std::uint32_t slope = (x * 40000u / width + y * 20000u / height);
      pixels.push_back(static_cast<std::uint16_t>(slope + random() % 5000));
    }
  }
  return pixels;
}

Bytes png_chunk(const std::string& type, const Bytes& data) {
  const Bytes body = concatenate({text_bytes(type), data});
  Bytes length;
  put32(length, static_cast<std::uint32_t>(data.size()));
  Bytes checksum;
  put32(checksum, crc32(body));
  return concatenate({length, body, checksum});
}

Bytes png_header_chunk(const PngHeader& header) {
  Bytes data;
  put32(data, static_cast<std::uint32_t>(header.width));
  put32(data, static_cast<std::uint32_t>(header.height));
  data.insert(data.end(), {static_cast<std::uint8_t>(header.bit_depth),
                           static_cast<std::uint8_t>(header.colour_type), 0, 0, 0});
  return png_chunk("IHDR", data);
}

Bytes png(const PngHeader& header, const std::vector<Bytes>& rows, const Bytes& extra) {
  Bytes raw;
  for (const Bytes& row : rows) {
    raw.push_back(0);  // no filter
    raw.insert(raw.end(), row.begin(), row.end());
  }
  return concatenate({text_bytes("\x89PNG\r\n\x1a\n"), png_header_chunk(header), extra,
                      png_chunk("IDAT", zlib_stored(raw)), png_chunk("IEND", {})});
}

Bytes grey_png8(int width, int height, const std::vector<std::uint16_t>& pixels) {
  std::vector<Bytes> rows(static_cast<std::size_t>(height));
  for (std::size_t i = 0; i < pixels.size(); ++i) {
    rows[i / width].push_back(static_cast<std::uint8_t>(pixels[i]));
  }
  return png({width, height, 8, 0}, rows);
}

Bytes grey_png16(int width, int height, const std::vector<std::uint16_t>& pixels) {
  std::vector<Bytes> rows(static_cast<std::size_t>(height));
  for (std::size_t i = 0; i < pixels.size(); ++i) put16(rows[i / width], pixels[i]);
  return png({width, height, 16, 0}, rows);
}

Bytes flat_jpeg(int blocks_wide, int blocks_high, const std::vector<int>& greys, bool progressive) {
  // Every step of quantisation is 8, so that a flat block's one coefficient is grey - 128.
  Bytes quantisation(65, 8);
  quantisation[0] = 0;
  // Twelve lengths of a difference, each with a code of four bits.
  Bytes dc_codes{0x00, 0, 0, 0, 12, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0};
  for (std::uint8_t length = 0; length < 12; ++length) dc_codes.push_back(length);
  // "No more coefficients" is the one bit 0.
  Bytes ac_codes{0x10, 1, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0x00};

  BitWriter bits;
  int previous = 0;
  for (const int grey : greys) {
    const int difference = grey - 128 - previous;
    previous = grey - 128;
    int length = 0;
    while (std::abs(difference) >> length != 0) ++length;
    bits.put(static_cast<unsigned>(length), 4);
    bits.put(static_cast<unsigned>(difference < 0 ? difference + (1 << length) - 1 : difference),
             length);
    if (!progressive) bits.put(0, 1);
  }

  const std::uint8_t last_coefficient = progressive ? 0 : 63;
  return concatenate({kStartOfImage, jpeg_segment(0xdb, quantisation),
                      jpeg_frame(progressive ? 0xc2 : 0xc0, 8, blocks_wide * 8, blocks_high * 8, 1),
                      jpeg_segment(0xc4, dc_codes), jpeg_segment(0xc4, ac_codes),
                      jpeg_segment(0xda, {1, 1, 0, 0, last_coefficient, 0}), bits.finish(),
                      kEndOfImage});
}

Bytes jpeg_frame_only(int marker, int precision, int width, int height, int components) {
  return concatenate({kStartOfImage, jpeg_frame(marker, precision, width, height, components)});
}

Bytes colour_jpeg(int width, int height, const Bytes& rgb) {
  Bytes bytes;
  const auto append = [](void* context, void* data, int size) {
    const auto* begin = static_cast<const std::uint8_t*>(data);
    auto* target = static_cast<Bytes*>(context);
    target->insert(target->end(), begin, begin + size);
  };
  stbi_write_jpg_to_func(append, &bytes, width, height, 3, rgb.data(), 95);
  return bytes;
}

Bytes concatenate(const std::vector<Bytes>& parts) {
  Bytes whole;
  for (const Bytes& part : parts) whole.insert(whole.end(), part.begin(), part.end());
  return whole;
}

Bytes text_bytes(const std::string& text) {
  return {text.begin(), text.end()};
}

}  // namespace thoraxlite
