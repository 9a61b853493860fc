// ITU-T T.81, annex B: a JPEG file is a row of markers, most with a segment of stated length, and
// after each start of scan the entropy-coded bytes up to the next marker.
#include <cstring>

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

// A component of the frame, and whether a scan has brought anything of it.
struct Component {
  int identifier = 0;
  bool has_scan = false;
};

struct Frame {
  ImageSize size;
  std::vector<Component> components;
};

Result<Frame> read_frame(int marker, const std::uint8_t* segment, std::size_t size) {
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
  Frame frame{{width, height, {}, 0}, {}};
  for (int c = 0; c < components; ++c) frame.components.push_back({segment[6 + 3 * c], false});
  return frame;
}

// T.81, B.2.3. False where the scan is of a component that the frame has not.
bool note_scan(Frame& frame, const std::uint8_t* segment, std::size_t size) {
  if (size < 1 || size < 1 + 2u * segment[0]) return false;
  for (int i = 0; i < segment[0]; ++i) {
    bool is_known = false;
    for (Component& component : frame.components) {
      if (component.identifier != segment[1 + 2 * i]) continue;
      component.has_scan = true;
      is_known = true;
    }
    if (!is_known) return false;
  }
  return true;
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

Result<ImageSize> read_jpeg_container(ByteView file) {
  Frame frame;
  Orientation orientation;
  bool has_exif = false;
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

    constexpr std::size_t kExifStart = 6;  // "Exif", 0, 0
    if (marker == 0xe1 && !has_exif && length >= 2 + kExifStart &&
        std::memcmp(segment, "Exif\0", kExifStart) == 0) {
      has_exif = true;
      orientation = exif_orientation({segment + kExifStart, length - 2 - kExifStart});
    } else if (is_frame(marker)) {
      if (has_frame) return damaged("it has more than one frame header");
      Result<Frame> result = read_frame(marker, segment, length - 2);
      if (!result) return tl::unexpected(result.error());
      frame = std::move(*result);
      has_frame = true;
    } else if (marker == kStartOfScan) {
      if (!has_frame) return damaged("its pixels come before its frame header");
      if (!note_scan(frame, segment, length - 2)) {
        return damaged("a scan is of a component that it has not");
      }
      if (++scans > kMaxScans) {
        return fail("This JPEG has more than " + std::to_string(kMaxScans) +
                    " scans; expected a film or photograph.");
      }
      position = skip_entropy_coded(file, position);
    }
  }

  if (scans == 0) return damaged("it holds no pixels");
  for (const Component& component : frame.components) {
    if (!component.has_scan) return damaged("one of its components has no pixels");
  }
  frame.size.orientation = orientation;
  for (std::size_t at = position - 2; at > 0 && file.data[at - 1] == 0; --at) ++frame.size.padding;
  return frame.size;
}

}  // namespace thoraxlite
