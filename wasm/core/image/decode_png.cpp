// PNG by libdeflate, which inflates fastest and checks the stream, and the filters and colour types
// of the W3C specification: sections 7, 9 and 11.2. Libraries for all of it take three times the
// room and, inflating by pieces, twice the time. The container has checked each chunk's checksum.
#include <libdeflate.h>

#include <algorithm>
#include <array>
#include <memory>

#include "core/image/adler32.h"
#include "core/image/decode.h"
#include "core/image/png_container.h"
#include "core/image/png_unfilter.h"

namespace thoraxlite {
namespace {

tl::unexpected<Error> damaged(const char* what) {
  return fail("The PNG is damaged: " + std::string(what) + ".");
}

struct Pass {
  int x = 0, y = 0;    // of its first pixel
  int dx = 1, dy = 1;  // between its pixels
};

constexpr std::array<Pass, 1> kWhole{{{0, 0, 1, 1}}};
constexpr std::array<Pass, 7> kAdam7{{{0, 0, 8, 8},
                                      {4, 0, 8, 8},
                                      {0, 4, 4, 8},
                                      {2, 0, 4, 4},
                                      {0, 2, 2, 4},
                                      {1, 0, 2, 2},
                                      {0, 1, 1, 2}}};

int count(int length, int first, int step) {
  return length > first ? (length - first + step - 1) / step : 0;
}

std::size_t row_bytes(const PngHeader& header, int width) {
  return (static_cast<std::size_t>(width) * static_cast<std::size_t>(header.bits_per_pixel()) + 7) /
         8;
}

// RFC 1950: two bytes, which say deflate and no preset dictionary, and are a multiple of 31.
constexpr std::size_t kZlibHeader = 2;
bool has_zlib_header(ByteView stream) {
  return stream.size >= kZlibHeader && (stream.data[0] & 15) == 8 && (stream.data[1] & 32) == 0 &&
         (stream.data[0] << 8 | stream.data[1]) % 31 == 0;
}

// The pieces of the zlib stream one behind the other, as libdeflate wants them; nothing where there
// is no memory.
ByteView joined(const std::vector<ByteView>& pieces, DecodeMemory& memory) {
  if (pieces.size() == 1) return pieces[0];
  std::size_t size = 0;
  for (const ByteView& piece : pieces) size += piece.size;
  std::uint8_t* const bytes = memory.piece(1, std::max<std::size_t>(1, size));
  if (bytes == nullptr) return {};
  std::uint8_t* end = bytes;
  for (const ByteView& piece : pieces) {
    end = std::copy(piece.data, piece.data + piece.size, end);
  }
  return {bytes, size};
}

// The filtered rows, each behind its filter's number; `size` is what the header asks for.
Result<const std::uint8_t*> inflate(const PngChunks& chunks, std::size_t size,
                                    DecodeMemory& memory) {
  std::size_t deflated = 0;
  for (const ByteView& piece : chunks.pixels) deflated += piece.size;
  // Deflate cannot shrink further, so no small file makes us allocate for a large image.
  if (size / 1032 > deflated) return damaged("it holds fewer pixels than its header states");
  // Some encoders leave a row or some bytes more than there are pixels; browsers pass over them.
  const std::size_t room = size + size / 64 + 4096;
  std::uint8_t* const raw = memory.piece(0, room);
  struct Release {
    void operator()(libdeflate_decompressor* inflater) const {
      libdeflate_free_decompressor(inflater);
    }
  };
  const std::unique_ptr<libdeflate_decompressor, Release> inflater(libdeflate_alloc_decompressor());
  const ByteView stream = joined(chunks.pixels, memory);
  if (raw == nullptr || !inflater || stream.data == nullptr) return fail(kOutOfMemory);
  if (!has_zlib_header(stream)) return damaged("its pixels cannot be inflated");
  std::size_t taken = 0;
  std::size_t written = 0;
  const libdeflate_result result =
      libdeflate_deflate_decompress_ex(inflater.get(), stream.data + kZlibHeader,
                                       stream.size - kZlibHeader, raw, room, &taken, &written);
  if (result == LIBDEFLATE_INSUFFICIENT_SPACE) {
    return damaged("it holds more pixels than its header states");
  }
  if (result != LIBDEFLATE_SUCCESS) return damaged("its pixels cannot be inflated");
  if (written < size) return damaged("it holds fewer pixels than its header states");
  // A checksum that is missing is passed over, as browsers do; one that is wrong is not.
  const std::uint8_t* sum = stream.data + kZlibHeader + taken;
  if (stream.size - kZlibHeader - taken >= 4 &&
      adler32({raw, written}) != (std::uint32_t{sum[0]} << 24 | std::uint32_t{sum[1]} << 16 |
                                  std::uint32_t{sum[2]} << 8 | sum[3])) {
    return damaged("a checksum does not match its bytes");
  }
  return raw;
}

int luma(int red, int green, int blue) {
  return (77 * red + 150 * green + 29 * blue) >> 8;
}

int spread(int red, int green, int blue) {
  return std::max({red, green, blue}) - std::min({red, green, blue});
}

// Unfiltered bytes to grey.
class GreyRows {
 public:
  GreyRows(const PngHeader& header, ByteView palette) : header_(header) {
    for (std::size_t i = 0; i + 2 < palette.size; i += 3) {
      const std::uint8_t* colour = palette.data + i;
      luma_[colours_] = static_cast<std::uint8_t>(luma(colour[0], colour[1], colour[2]));
      spread_of_[colours_++] = static_cast<std::uint8_t>(spread(colour[0], colour[1], colour[2]));
    }
  }

  // False where a pixel names a colour that the palette lacks.
  bool convert(const std::uint8_t* bytes, int width, std::uint16_t* grey) {
    switch (header_.colour_type) {
      case PngHeader::kGrey:
        if (header_.bit_depth < 8) {
          const int white = (1 << header_.bit_depth) - 1;
          for (int x = 0; x < width; ++x) {
            grey[x] = static_cast<std::uint16_t>(packed(bytes, x) * (255 / white));
          }
          return true;
        }
        [[fallthrough]];
      case PngHeader::kGreyAlpha:
        return samples(bytes, width, [grey](int x, const auto& at) {
          grey[x] = static_cast<std::uint16_t>(at(0));
        });
      case PngHeader::kPalette:
        for (int x = 0; x < width; ++x) {
          const int index = packed(bytes, x);
          if (index >= colours_) return false;
          grey[x] = luma_[index];
          spread_ += spread_of_[index];
        }
        return true;
      default:
        return samples(bytes, width, [this, grey](int x, const auto& at) {
          grey[x] = static_cast<std::uint16_t>(luma(at(0), at(1), at(2)));
          spread_ += static_cast<std::uint64_t>(spread(at(0), at(1), at(2)));
        });
    }
  }

  std::uint64_t spread_sum() const { return spread_; }

 private:
  int packed(const std::uint8_t* bytes, int x) const {
    const int bit = x * header_.bit_depth;
    return bytes[bit / 8] >> (8 - header_.bit_depth - bit % 8) & ((1 << header_.bit_depth) - 1);
  }

  // Calls use(x, at) for each pixel; at(c) is its channel c.
  template <class Use>
  bool samples(const std::uint8_t* bytes, int width, Use use) const {
    const int step = header_.bits_per_pixel() / 8;
    for (int x = 0; x < width; ++x, bytes += step) {
      if (header_.bit_depth == 16) {
        use(x, [bytes](int c) { return bytes[2 * c] << 8 | bytes[2 * c + 1]; });
      } else {
        use(x, [bytes](int c) { return int{bytes[c]}; });
      }
    }
    return true;
  }

  const PngHeader& header_;
  std::array<std::uint8_t, 256> luma_{};
  std::array<std::uint8_t, 256> spread_of_{};
  int colours_ = 0;
  std::uint64_t spread_ = 0;
};

// Unfiltered rows of a pass, one below the other.
struct Strip {
  const std::uint8_t* rows = nullptr;
  std::size_t stride = 0;
  int first = 0;  // of them, in the pass
  int count = 0;
  int width = 0;  // pixels

  const std::uint8_t* row(int y) const { return rows + static_cast<std::size_t>(y) * stride; }
};

// Calls use(strip, pass) for all rows in turn; stops where it says false.
template <class Passes, class Use>
Result<void> for_each_strip(const PngHeader& header, const Passes& passes, const std::uint8_t* raw,
                            Use use) {
  const auto step = static_cast<std::size_t>(std::max(1, header.bits_per_pixel() / 8));
  for (const Pass& pass : passes) {
    Strip strip;
    strip.width = count(header.width, pass.x, pass.dx);
    const int height = strip.width > 0 ? count(header.height, pass.y, pass.dy) : 0;
    if (height == 0) continue;
    const std::size_t size = row_bytes(header, strip.width);
    PngUnfilter unfilter(size, step);
    strip.stride = unfilter.stride();
    for (; strip.first < height; strip.first += strip.count) {
      strip.count = std::min(unfilter.rows_at_once(), height - strip.first);
      strip.rows = unfilter.take(raw, strip.count);
      if (strip.rows == nullptr) return damaged("a row has a filter that does not exist");
      raw += static_cast<std::size_t>(strip.count) * (1 + size);
      if (!use(strip, pass)) return damaged("a pixel has a colour that its palette lacks");
    }
  }
  return {};
}

template <class Passes>
std::size_t raw_size(const PngHeader& header, const Passes& passes) {
  std::size_t size = 0;
  for (const Pass& pass : passes) {
    const int width = count(header.width, pass.x, pass.dx);
    if (width == 0) continue;
    size += (1 + row_bytes(header, width)) *
            static_cast<std::size_t>(count(header.height, pass.y, pass.dy));
  }
  return size;
}

Result<void> decode_interlaced(const PngHeader& header, const std::uint8_t* raw, GreyRows& rows,
                               RowSink& sink) {
  const auto width = static_cast<std::size_t>(header.width);
  std::vector<std::uint16_t> image(width * static_cast<std::size_t>(header.height));
  std::vector<std::uint16_t> grey(width);
  Result<void> result =
      for_each_strip(header, kAdam7, raw, [&](const Strip& strip, const Pass& pass) {
        for (int y = 0; y < strip.count; ++y) {
          if (!rows.convert(strip.row(y), strip.width, grey.data())) return false;
          const int image_y = pass.y + (strip.first + y) * pass.dy;
          std::uint16_t* target = image.data() + static_cast<std::size_t>(image_y) * width + pass.x;
          for (int x = 0; x < strip.width; ++x)
            target[x * pass.dx] = grey[static_cast<std::size_t>(x)];
        }
        return true;
      });
  if (!result) return result;
  for (std::size_t y = 0; y < image.size(); y += width) sink.add_row(image.data() + y);
  return {};
}

Result<void> decode_in_order(const PngHeader& header, const std::uint8_t* raw, GreyRows& rows,
                             RowSink& sink) {
  const bool is_plain = header.colour_type == PngHeader::kGrey && header.bit_depth == 8;
  std::vector<std::uint16_t> grey(static_cast<std::size_t>(header.width));
  return for_each_strip(header, kWhole, raw, [&](const Strip& strip, const Pass&) {
    if (is_plain) {
      sink.add_rows(strip.rows, strip.stride, strip.count);
      return true;
    }
    for (int y = 0; y < strip.count; ++y) {
      if (!rows.convert(strip.row(y), strip.width, grey.data())) return false;
      sink.add_row(grey.data());
    }
    return true;
  });
}

}  // namespace

Result<DecodedRows> decode_png(ByteView file, RowSink& sink, DecodeMemory& memory) {
  const Result<PngChunks> chunks = read_png_chunks(file);
  if (!chunks) return tl::unexpected(chunks.error());
  const PngHeader& header = chunks->header;
  const Result<void> accepted = check_size(header.width, header.height);
  if (!accepted) return tl::unexpected(accepted.error());
  const std::uint16_t white = header.bit_depth == 16 ? 65535 : 255;

  const Result<const std::uint8_t*> raw = inflate(
      *chunks, header.is_interlaced ? raw_size(header, kAdam7) : raw_size(header, kWhole), memory);
  if (!raw) return tl::unexpected(raw.error());
  sink.begin(header.width, header.height, white);
  GreyRows rows(header, chunks->palette);
  const Result<void> decoded = header.is_interlaced ? decode_interlaced(header, *raw, rows, sink)
                                                    : decode_in_order(header, *raw, rows, sink);
  if (!decoded) return tl::unexpected(decoded.error());
  const double most = double{1} * header.width * header.height * white;
  return DecodedRows{static_cast<float>(static_cast<double>(rows.spread_sum()) / most),
                     chunks->orientation};
}

}  // namespace thoraxlite
