// W3C PNG specification, section 5: eight bytes of signature, then chunks of length, type, data and
// CRC-32 of type and data.
#include "core/image/png_container.h"

#include <string_view>

#include "core/image/crc32.h"

namespace thoraxlite {
namespace {

std::uint32_t big_endian(const std::uint8_t* bytes) {
  return std::uint32_t{bytes[0]} << 24 | std::uint32_t{bytes[1]} << 16 |
         std::uint32_t{bytes[2]} << 8 | bytes[3];
}

tl::unexpected<Error> truncated() {
  return fail("The PNG is truncated: it ends before its IEND chunk.");
}

tl::unexpected<Error> damaged(const std::string& what) {
  return fail("The PNG is damaged: " + what + ".");
}

constexpr std::uint32_t kMaxChunk = 0x7fffffff;  // the specification's limit

// Table 11.1: which bit depths a colour type may have.
bool is_allowed(int colour_type, int bit_depth) {
  switch (colour_type) {
    case PngHeader::kGrey:
      return bit_depth == 1 || bit_depth == 2 || bit_depth == 4 || bit_depth == 8 ||
             bit_depth == 16;
    case PngHeader::kPalette:
      return bit_depth == 1 || bit_depth == 2 || bit_depth == 4 || bit_depth == 8;
    case PngHeader::kRgb:
    case PngHeader::kGreyAlpha:
    case PngHeader::kRgba:
      return bit_depth == 8 || bit_depth == 16;
    default:
      return false;
  }
}

Result<PngHeader> read_header(const std::uint8_t* data, std::uint32_t length) {
  if (length != 13) return damaged("its header has the wrong length");
  const std::uint32_t width = big_endian(data);
  const std::uint32_t height = big_endian(data + 4);
  if (width == 0 || height == 0 || width > kMaxChunk || height > kMaxChunk) {
    return damaged("its header states no valid size");
  }
  if (!is_allowed(data[9], data[8])) {
    return damaged("its header states no valid bit depth and colour type");
  }
  if (data[10] != 0 || data[11] != 0 || data[12] > 1) {
    return damaged("its header states no valid compression, filter and interlace method");
  }
  return PngHeader{static_cast<int>(width), static_cast<int>(height), data[8],
                   static_cast<PngHeader::ColourType>(data[9]), data[12] == 1};
}

bool is_critical(std::string_view name) {
  return (name[0] & 0x20) == 0;
}

}  // namespace

int PngHeader::bits_per_pixel() const {
  switch (colour_type) {
    case kRgb:
      return 3 * bit_depth;
    case kRgba:
      return 4 * bit_depth;
    case kGreyAlpha:
      return 2 * bit_depth;
    default:
      return bit_depth;
  }
}

Result<PngChunks> read_png_chunks(ByteView file) {
  PngChunks chunks;
  std::vector<ByteView>& pieces = chunks.pixels;
  std::string_view previous;
  std::size_t position = 8;

  for (bool first = true;; first = false) {
    if (file.size - position < 12) return truncated();
    const std::uint32_t length = big_endian(file.data + position);
    const std::uint8_t* type = file.data + position + 4;
    const std::string_view name(reinterpret_cast<const char*>(type), 4);
    if (first && name != "IHDR") return damaged("its first chunk is not IHDR");
    if (length > kMaxChunk) return damaged("a chunk is longer than the format allows");
    if (length > file.size - position - 12) return truncated();
    const std::uint8_t* data = type + 4;
    if (crc32({type, 4 + std::size_t{length}}) != big_endian(data + length)) {
      return damaged("a checksum does not match its bytes");
    }

    if (first) {
      const Result<PngHeader> header = read_header(data, length);
      if (!header) return tl::unexpected(header.error());
      chunks.header = *header;
    } else if (name == "acTL") {
      return fail("This PNG is animated; expected a still image.");
    } else if (name == "PLTE") {
      if (length == 0 || length % 3 != 0 || length > 3 * 256 || chunks.palette.size != 0 ||
          !pieces.empty()) {
        return damaged("its palette has a wrong length or place");
      }
      chunks.palette = {data, length};
    } else if (name == "IDAT") {
      if (!pieces.empty() && previous != "IDAT") return damaged("its pixels are interrupted");
      pieces.push_back({data, length});
    } else if (name == "eXIf") {
      chunks.orientation = exif_orientation({data, length});
    } else if (name == "IEND") {
      break;
    } else if (is_critical(name)) {
      return damaged("it needs a chunk that is not in the specification");
    }
    previous = name;
    position += 12 + std::size_t{length};
  }

  if (pieces.empty()) return damaged("it holds no pixels");
  if (chunks.header.colour_type == PngHeader::kPalette && chunks.palette.size == 0) {
    return damaged("it lacks its palette");
  }
  return chunks;
}

}  // namespace thoraxlite
