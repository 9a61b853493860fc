#include "core/dicom/codestream.h"

#include <algorithm>
#include <string_view>

namespace thoraxlite {
namespace {

constexpr int kJpegLs = 0xf7;
constexpr std::size_t kMaxTiles = 65535;  // T.800 A.4.2
// Each scan is another walk over the frame; a progressive film has about ten.
constexpr int kMaxScans = 100;

int word_at(ByteView bytes, std::size_t at) {
  return bytes.data[at] << 8 | bytes.data[at + 1];
}

std::uint32_t long_at(ByteView bytes, std::size_t at) {
  return std::uint32_t(word_at(bytes, at)) << 16 | std::uint32_t(word_at(bytes, at + 2));
}

// SOF0 to SOF15 without DHT, JPG and DAC; SOF55 is JPEG-LS.
bool is_start_of_frame(int marker) {
  return marker == kJpegLs ||
         (marker >= 0xc0 && marker <= 0xcf && marker != 0xc4 && marker != 0xc8 && marker != 0xcc);
}

// Within a scan, FF00 (in JPEG-LS FF00 to FF7F) is data, and restart markers belong to it.
bool ends_scan(int first, int second) {
  return first == 0xff && second >= 0xc0 && !(second >= 0xd0 && second <= 0xd7) && second != 0xff;
}

// SOC and SIZ, at the start or behind the boxes of a JP2 file; the size where there are none.
std::size_t start_of_codestream(ByteView bytes) {
  constexpr std::uint8_t kStart[] = {0xff, 0x4f, 0xff, 0x51};
  constexpr std::size_t kMostBoxes = 4096;
  const std::uint8_t* end = bytes.data + std::min(bytes.size, kMostBoxes);
  const std::uint8_t* found = std::search(bytes.data, end, std::begin(kStart), std::end(kStart));
  return found == end ? bytes.size : static_cast<std::size_t>(found - bytes.data);
}

Result<Codestream> read_jpeg(ByteView bytes, const char* name) {
  if (bytes.size < 4 || word_at(bytes, 0) != 0xffd8) return damaged_image(name);
  Codestream found;
  int scans = 0;
  for (std::size_t at = 2; at + 4 <= bytes.size;) {
    const int marker = word_at(bytes, at);
    if (marker == 0xffff) {
      ++at;  // only fills (B.1.1.2)
      continue;
    }
    const auto length = static_cast<std::size_t>(word_at(bytes, at + 2));
    if (marker < 0xffc0 || length < 2 || length > bytes.size - at - 2) return damaged_image(name);
    if (is_start_of_frame(marker & 255)) {
      const std::uint8_t* segment = bytes.data + at + 4;
      if (found.process != 0 || length < 8 || length < 8u + 3u * segment[5]) {
        return damaged_image(name);
      }
      found.process = marker & 255;
      found.precision = segment[0];
      found.height = segment[1] << 8 | segment[2];
      found.width = segment[3] << 8 | segment[4];
      found.components = segment[5];
      for (int i = 0; i < found.components; ++i) {
        const int across = segment[7 + 3 * i] >> 4;
        const int down = segment[7 + 3 * i] & 15;
        if (across < 1 || across > 4 || down < 1 || down > 4) return damaged_image(name);
      }
    }
    at += 2 + length;
    if (marker != 0xffda) continue;
    if (found.process == 0 || ++scans > kMaxScans) return damaged_image(name);
    while (at + 1 < bytes.size && !ends_scan(bytes.data[at], bytes.data[at + 1])) ++at;
    if (at + 1 < bytes.size && word_at(bytes, at) == 0xffd9) {
      found.size = at + 2;
      return found;
    }
  }
  return damaged_image(name);
}

Result<Codestream> read_jpeg_2000(ByteView bytes) {
  constexpr const char* kName = "JPEG 2000";
  constexpr int kStartOfTilePart = 0xff90;
  constexpr int kEndOfCodestream = 0xffd9;
  const std::size_t start = start_of_codestream(bytes);
  const ByteView data{bytes.data + start, bytes.size - start};
  if (data.size < 45) return damaged_image(kName);
  const auto extent = [&](std::size_t at) -> std::int64_t {
    return std::int64_t{long_at(data, at)} - long_at(data, at + 8);
  };
  const std::int64_t width = extent(8);
  const std::int64_t height = extent(12);
  Codestream found;
  found.components = word_at(data, 40);
  if (found.components < 1 || found.components > 4 ||
      data.size < 42 + 3 * static_cast<std::size_t>(found.components) || width < 1 || height < 1 ||
      width > 65535 || height > 65535) {
    return damaged_image(kName);
  }
  found.width = static_cast<int>(width);
  found.height = static_cast<int>(height);
  found.precision = (data.data[42] & 0x7f) + 1;
  const auto tiles = [&](std::size_t extent_at, std::size_t tile_at) -> std::size_t {
    const std::uint64_t tile = long_at(data, tile_at);
    return tile == 0 ? kMaxTiles + 1 : (std::uint64_t{long_at(data, extent_at)} + tile - 1) / tile;
  };
  const std::size_t across = tiles(8, 24);
  const std::size_t down = tiles(12, 28);
  if (across > kMaxTiles || down > kMaxTiles || across * down > kMaxTiles) {
    return damaged_image(kName);
  }
  for (int i = 0; i < found.components; ++i) {
    const std::size_t at = 42 + 3 * static_cast<std::size_t>(i);
    if (data.data[at] != data.data[42] || word_at(data, at + 1) != 0x0101) {
      return fail(
          "The JPEG 2000 image inside the DICOM file has components of several sizes or depths; "
          "expected one.");
    }
  }
  // A decoder fills up what is missing: so tile parts, by the lengths that they state, must lead to
  // the end marker. One without a length goes up to the last of those markers.
  std::size_t at = 2;
  while (at + 4 <= data.size && word_at(data, at) != kStartOfTilePart) {
    at += 2 + static_cast<std::size_t>(word_at(data, at + 2));
  }
  if (at + 12 > data.size) return damaged_image(kName);
  while (at + 12 <= data.size && word_at(data, at) == kStartOfTilePart) {
    const std::size_t length = long_at(data, at + 6);
    if (length == 0) {
      at = data.size - 2;
      while (at > 2 && word_at(data, at) != kEndOfCodestream) --at;
      break;
    }
    if (length < 12 || length > data.size - at) return damaged_image(kName);
    at += length;
  }
  if (at + 2 > data.size || word_at(data, at) != kEndOfCodestream) return damaged_image(kName);
  found.size = start + at + 2;
  return found;
}

Result<void> check(const Codestream& found, const PixelFormat& format, const char* name) {
  const std::string image = "The " + std::string(name) + " image inside the DICOM file ";
  if (found.width != format.columns || found.height != format.rows) {
    return fail(image + "is " + std::to_string(found.width) + " x " + std::to_string(found.height) +
                " pixels; expected " + std::to_string(format.columns) + " x " +
                std::to_string(format.rows) + ", as the file says.");
  }
  if (found.components != format.samples) {
    return fail(image + "has " + std::to_string(found.components) + " components; expected " +
                std::to_string(format.samples) + ", as the file says.");
  }
  if (found.precision < 2 || found.precision > format.bits_allocated) {
    return fail(image + "has " + std::to_string(found.precision) + " bits; expected at most " +
                std::to_string(format.bits_allocated) + ", as the file says.");
  }
  return {};
}

}  // namespace

std::optional<Coding> coding_of(ByteView bytes) {
  if (bytes.size >= 3 && word_at(bytes, 0) == 0xffd8) {
    for (std::size_t at = 2; at + 4 <= bytes.size && bytes.data[at] == 0xff;) {
      const int marker = bytes.data[at + 1];
      if (is_start_of_frame(marker)) return marker == kJpegLs ? Coding::jpeg_ls : Coding::jpeg;
      at += marker == 0xff ? 1 : 2 + static_cast<std::size_t>(word_at(bytes, at + 2));
    }
    return Coding::jpeg;
  }
  constexpr std::string_view kBoxes("\0\0\0\x0cjP  ", 8);
  const std::string_view text(reinterpret_cast<const char*>(bytes.data), bytes.size);
  if (text.substr(0, kBoxes.size()) == kBoxes || start_of_codestream(bytes) == 0) {
    return bytes.size == 0 ? std::nullopt : std::optional(Coding::jpeg_2000);
  }
  return std::nullopt;
}

tl::unexpected<Error> damaged_image(const char* name) {
  return fail("The " + std::string(name) + " image inside the DICOM file is damaged or truncated.");
}

const char* name_of(Coding coding) {
  switch (coding) {
    case Coding::jpeg:
      return "JPEG";
    case Coding::jpeg_ls:
      return "JPEG-LS";
    case Coding::jpeg_2000:
      return "JPEG 2000";
    case Coding::rle:
      return "RLE";
    case Coding::native:
      break;
  }
  return "uncompressed";
}

Result<Codestream> read_codestream(Coding coding, ByteView bytes, const PixelFormat& format) {
  constexpr int kLossless = 0xc3;
  const auto found =
      coding == Coding::jpeg_2000 ? read_jpeg_2000(bytes) : read_jpeg(bytes, name_of(coding));
  if (!found) return found;
  const char* name = found->process == kLossless ? "lossless JPEG" : name_of(coding);
  const auto checked = check(*found, format, name);
  if (!checked) return tl::unexpected(checked.error());
  return found;
}

}  // namespace thoraxlite
