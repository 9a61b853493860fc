// ITU-T T.81, annex B: a JPEG file is a row of markers, most with a segment of stated length, and
// after each start of scan the entropy-coded bytes up to the next marker.
#include "core/image/container.h"

namespace thoraxlite {
namespace {

constexpr int kStartOfScan = 0xda;
constexpr int kEndOfImage = 0xd9;
constexpr int kStartOfImage = 0xd8;

// A progressive film has about ten. Each scan makes the decoder walk the whole image again, so a
// small hostile file could keep it busy for hours.
constexpr int kMaxScans = 100;

bool is_restart(int marker) {
  return marker >= 0xd0 && marker <= 0xd7;
}

// Start-of-frame markers share 0xc0..0xcf with three tables; 0xf7 is JPEG-LS's.
bool is_frame(int marker) {
  return (marker >= 0xc0 && marker <= 0xcf && marker != 0xc4 && marker != 0xc8 && marker != 0xcc) ||
         marker == 0xf7;
}

const char* unsupported_process(int marker) {
  switch (marker) {
    case 0xc0:
    case 0xc1:
    case 0xc2:
      return nullptr;
    case 0xc3:
      return "a lossless JPEG";
    case 0xc9:
    case 0xca:
    case 0xcb:
      return "an arithmetic-coded JPEG";
    case 0xf7:
      return "a JPEG-LS image";
    default:
      return "a hierarchical JPEG";
  }
}

tl::unexpected<Error> truncated() {
  return fail("The JPEG is truncated: it ends before its end-of-image marker.");
}

tl::unexpected<Error> damaged(const char* what) {
  return fail("The JPEG is damaged: " + std::string(what) + ".");
}

Result<Container> read_frame(int marker, const std::uint8_t* segment, std::size_t size) {
  if (const char* process = unsupported_process(marker)) {
    return fail("This is " + std::string(process) + "; expected a baseline or progressive JPEG.");
  }
  if (size < 6 || size < 6u + 3u * segment[5]) return damaged("its frame header is too short");

  const int precision = segment[0];
  const int height = segment[1] << 8 | segment[2];
  const int width = segment[3] << 8 | segment[4];
  const int components = segment[5];
  if (precision != 8) {
    return fail("This JPEG has " + std::to_string(precision) + " bits a sample; expected 8.");
  }
  if (components == 4) {
    return fail("This JPEG has four colour components (CMYK); expected grey or RGB.");
  }
  if (components != 1 && components != 3) {
    return fail("This JPEG has " + std::to_string(components) +
                " components; expected 1 (grey) or 3 (RGB).");
  }
  if (width == 0 || height == 0) return damaged("its frame header states no size");
  return Container{Container::Format::jpeg, width, height};
}

// The position of the next marker's 0xff after entropy-coded bytes; the file's size if none comes.
std::size_t skip_entropy_coded(ByteView file, std::size_t position) {
  while (position + 1 < file.size) {
    const int next = file.data[position + 1];
    if (file.data[position] == 0xff && next != 0 && next != 0xff && !is_restart(next)) {
      return position;
    }
    ++position;
  }
  return file.size;
}

}  // namespace

Result<Container> read_jpeg_container(ByteView file) {
  Container frame;
  bool has_frame = false;
  int scans = 0;
  std::size_t position = 2;  // after the start-of-image marker

  while (true) {
    if (position + 2 > file.size) return truncated();
    if (file.data[position] != 0xff) return damaged("there is no marker where one must stand");
    const int marker = file.data[position + 1];
    if (marker == 0xff) {  // a fill byte before the marker
      ++position;
      continue;
    }
    position += 2;

    if (marker == kEndOfImage) break;
    if (marker == 0 || marker == kStartOfImage || is_restart(marker)) {
      return damaged("a marker stands where it must not");
    }
    if (marker == 0x01) continue;

    if (position + 2 > file.size) return truncated();
    const std::size_t length =
        static_cast<std::size_t>(file.data[position] << 8 | file.data[position + 1]);
    if (length < 2) return damaged("a segment is shorter than its own length field");
    if (length > file.size - position) return truncated();
    const std::uint8_t* segment = file.data + position + 2;
    position += length;

    if (is_frame(marker)) {
      if (has_frame) return damaged("it has more than one frame header");
      Result<Container> result = read_frame(marker, segment, length - 2);
      if (!result) return result;
      frame = *result;
      has_frame = true;
    } else if (marker == kStartOfScan) {
      if (!has_frame) return damaged("its pixels come before its frame header");
      if (++scans > kMaxScans) {
        return fail("This JPEG has more than " + std::to_string(kMaxScans) +
                    " scans; expected a film or photograph.");
      }
      position = skip_entropy_coded(file, position);
    }
  }

  if (scans == 0) return damaged("it holds no pixels");
  return frame;
}

}  // namespace thoraxlite
