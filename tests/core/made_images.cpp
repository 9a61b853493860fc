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
  void put_marker(int marker) {
    while (count_ != 0) put_bit(1);
    bytes_.insert(bytes_.end(), {0xff, static_cast<std::uint8_t>(marker)});
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

Bytes jpeg_frame(int marker, int precision, int width, int height,
                 const std::vector<FlatComponent>& components) {
  Bytes frame{static_cast<std::uint8_t>(precision)};
  put16(frame, static_cast<unsigned>(height));
  put16(frame, static_cast<unsigned>(width));
  frame.push_back(static_cast<std::uint8_t>(components.size()));
  std::uint8_t number = 0;
  for (const FlatComponent& component : components) {
    const int factors = component.horizontal << 4 | component.vertical;
    frame.insert(frame.end(), {++number, static_cast<std::uint8_t>(factors), 0});
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

Bytes png_header_chunk(const MadePngHeader& header) {
  Bytes data;
  put32(data, static_cast<std::uint32_t>(header.width));
  put32(data, static_cast<std::uint32_t>(header.height));
  data.insert(data.end(), {static_cast<std::uint8_t>(header.bit_depth),
                           static_cast<std::uint8_t>(header.colour_type), 0, 0,
                           std::uint8_t{header.is_interlaced}});
  return png_chunk("IHDR", data);
}

namespace {

Bytes png_of_raw(const MadePngHeader& header, const Bytes& raw, const Bytes& extra) {
  return concatenate({text_bytes("\x89PNG\r\n\x1a\n"), png_header_chunk(header), extra,
                      png_chunk("IDAT", zlib_stored(raw)), png_chunk("IEND", {})});
}

int bits_per_pixel(const MadePngHeader& header) {
  const int channels[] = {1, 0, 3, 1, 2, 0, 4};
  return channels[header.colour_type] * header.bit_depth;
}

int paeth(int left, int above, int corner) {
  const int estimate = left + above - corner;
  const int to_left = std::abs(estimate - left);
  const int to_above = std::abs(estimate - above);
  const int to_corner = std::abs(estimate - corner);
  if (to_left <= to_above && to_left <= to_corner) return left;
  return to_above <= to_corner ? above : corner;
}

}  // namespace

Bytes png(const MadePngHeader& header, const std::vector<Bytes>& rows, const Bytes& extra) {
  Bytes raw;
  for (const Bytes& row : rows) {
    raw.push_back(0);  // no filter
    raw.insert(raw.end(), row.begin(), row.end());
  }
  return png_of_raw(header, raw, extra);
}

Bytes filtered_png(const MadePngHeader& header, const std::vector<Bytes>& rows,
                   const Bytes& extra) {
  const auto step = static_cast<std::size_t>(std::max(1, bits_per_pixel(header) / 8));
  Bytes raw;
  Bytes above(rows.at(0).size());
  for (std::size_t y = 0; y < rows.size(); ++y) {
    const Bytes& row = rows[y];
    raw.push_back(static_cast<std::uint8_t>(y % 5));
    for (std::size_t i = 0; i < row.size(); ++i) {
      const int left = i < step ? 0 : row[i - step];
      const int corner = i < step ? 0 : above[i - step];
      const int predicted[] = {0, left, above[i], (left + above[i]) / 2,
                               paeth(left, above[i], corner)};
      raw.push_back(static_cast<std::uint8_t>(row[i] - predicted[y % 5]));
    }
    above = row;
  }
  return png_of_raw(header, raw, extra);
}

Bytes interlaced_png(const MadePngHeader& header, const std::vector<Bytes>& rows) {
  struct Pass {
    int x, y, dx, dy;
  };
  const auto step = bits_per_pixel(header) / 8;
  Bytes raw;
  for (const Pass& pass : {Pass{0, 0, 8, 8}, Pass{4, 0, 8, 8}, Pass{0, 4, 4, 8}, Pass{2, 0, 4, 4},
                           Pass{0, 2, 2, 4}, Pass{1, 0, 2, 2}, Pass{0, 1, 1, 2}}) {
    if (pass.x >= header.width) continue;
    for (int y = pass.y; y < header.height; y += pass.dy) {
      raw.push_back(0);
      for (int x = pass.x; x < header.width; x += pass.dx) {
        const auto pixel = rows[static_cast<std::size_t>(y)].begin() + x * step;
        raw.insert(raw.end(), pixel, pixel + step);
      }
    }
  }
  MadePngHeader interlaced = header;
  interlaced.is_interlaced = true;
  return png_of_raw(interlaced, raw, {});
}

std::vector<Bytes> pattern_rows(const MadePngHeader& header) {
  const int size = (header.width * bits_per_pixel(header) + 7) / 8;
  const std::vector<std::uint16_t> values = pattern(size, header.height);
  std::vector<Bytes> rows(static_cast<std::size_t>(header.height));
  for (std::size_t i = 0; i < values.size(); ++i) {
    rows[i / static_cast<std::size_t>(size)].push_back(static_cast<std::uint8_t>(values[i] >> 7));
  }
  return rows;
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

namespace {

// One coefficient a block; bit 0 says that there are no more.
void put_flat_block(BitWriter& bits, int difference, bool progressive) {
  int length = 0;
  while (std::abs(difference) >> length != 0) ++length;
  bits.put(static_cast<unsigned>(length), 4);
  bits.put(static_cast<unsigned>(difference < 0 ? difference + (1 << length) - 1 : difference),
           length);
  if (!progressive) bits.put(0, 1);
}

Bytes flat_scan(int units, const std::vector<FlatComponent>& components, bool progressive,
                int restart_interval) {
  BitWriter bits;
  std::vector<int> previous(components.size(), 128);
  std::vector<std::size_t> blocks(components.size(), 0);
  for (int unit = 0; unit < units; ++unit) {
    if (restart_interval > 0 && unit > 0 && unit % restart_interval == 0) {
      bits.put_marker(0xd0 + (unit / restart_interval - 1) % 8);
      std::fill(previous.begin(), previous.end(), 128);
    }
    for (std::size_t c = 0; c < components.size(); ++c) {
      const std::vector<int>& greys = components[c].greys;
      for (int i = 0; i < components[c].horizontal * components[c].vertical; ++i) {
        const int grey = greys[blocks[c]++ % greys.size()];
        put_flat_block(bits, grey - previous[c], progressive);
        previous[c] = grey;
      }
    }
  }
  return bits.finish();
}

}  // namespace

Bytes sampled_jpeg(int width, int height, const std::vector<FlatComponent>& components,
                   const Bytes& extra, bool progressive, int restart_interval) {
  // Every step of quantisation is 8, so that a flat block's one coefficient is grey - 128.
  Bytes quantisation(65, 8);
  quantisation[0] = 0;
  // Twelve lengths of a difference, each with a code of four bits.
  Bytes dc_codes{0x00, 0, 0, 0, 12, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0};
  for (std::uint8_t length = 0; length < 12; ++length) dc_codes.push_back(length);
  // "No more coefficients" is the one bit 0.
  Bytes ac_codes{0x10, 1, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0x00};

  int across = 8;
  int down = 8;
  Bytes scan{static_cast<std::uint8_t>(components.size())};
  for (std::size_t c = 0; c < components.size(); ++c) {
    across = std::max(across, 8 * components[c].horizontal);
    down = std::max(down, 8 * components[c].vertical);
    scan.insert(scan.end(), {static_cast<std::uint8_t>(c + 1), 0});
  }
  scan.insert(scan.end(), {0, static_cast<std::uint8_t>(progressive ? 0 : 63), 0});
  const int units = ((width + across - 1) / across) * ((height + down - 1) / down);
  return concatenate({kStartOfImage, extra, jpeg_segment(0xdb, quantisation),
                      jpeg_frame(progressive ? 0xc2 : 0xc0, 8, width, height, components),
                      jpeg_segment(0xc4, dc_codes), jpeg_segment(0xc4, ac_codes),
                      jpeg_segment(0xdd, {0, static_cast<std::uint8_t>(restart_interval)}),
                      jpeg_segment(0xda, scan),
                      flat_scan(units, components, progressive, restart_interval), kEndOfImage});
}

Bytes flat_jpeg(int blocks_wide, int blocks_high, const std::vector<int>& greys, bool progressive,
                int restart_interval) {
  return sampled_jpeg(8 * blocks_wide, 8 * blocks_high, {{1, 1, greys}}, {}, progressive,
                      restart_interval);
}

Bytes adobe_segment(int transform) {
  Bytes data = text_bytes("Adobe");
  data.insert(data.end(), {0, 100, 0, 0, 0, 0, static_cast<std::uint8_t>(transform)});
  return jpeg_segment(0xee, data);
}

Bytes jpeg_frame_only(int marker, int precision, int width, int height, int components) {
  return concatenate({kStartOfImage, jpeg_frame(marker, precision, width, height,
                                                std::vector<FlatComponent>(components))});
}

Bytes colour_jpeg(int width, int height, const Bytes& rgb, int quality) {
  Bytes bytes;
  const auto append = [](void* context, void* data, int size) {
    const auto* begin = static_cast<const std::uint8_t*>(data);
    auto* target = static_cast<Bytes*>(context);
    target->insert(target->end(), begin, begin + size);
  };
  stbi_write_jpg_to_func(append, &bytes, width, height, 3, rgb.data(), quality);
  return bytes;
}

Bytes rgb_jpeg(int width, int height, const Bytes& rgb) {
  const Bytes file = colour_jpeg(width, height, rgb);
  // stb_image_write begins with a JFIF segment of 16 bytes, which says luma and chroma.
  return concatenate({kStartOfImage, adobe_segment(0), Bytes(file.begin() + 20, file.end())});
}

Bytes pattern_rgb(int width, int height) {
  Bytes rgb;
  for (const std::uint16_t value : pattern(3 * width, height)) {
    rgb.push_back(static_cast<std::uint8_t>(value >> 8));
  }
  return rgb;
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
