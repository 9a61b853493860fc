#include "core/image/jpeg_container.h"

#include <cstring>

namespace thoraxlite {

tl::unexpected<Error> jpeg_damaged(const char* what) {
  return fail("The JPEG is damaged: " + std::string(what) + ".");
}

namespace {

using namespace jpeg_marker;

// A progressive film has about ten. Each scan makes the decoder walk the whole image again, so a
// small hostile file could keep it busy for hours.
constexpr int kMaxScans = 100;

const char* unsupported_process(int marker) {
  switch (marker) {
    case 0xc0:
    case 0xc1:
    case kProgressive:
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

// A component of the frame, and whether a scan has brought anything of it.
struct Component {
  int identifier = 0;
  bool has_scan = false;
};

struct Frame {
  int width = 0;
  int height = 0;
  std::vector<Component> components;
};

Result<Frame> read_frame(int marker, ByteView segment) {
  if (const char* process = unsupported_process(marker)) {
    return fail("This is " + std::string(process) + "; expected a baseline or progressive JPEG.");
  }
  const std::uint8_t* bytes = segment.data;
  if (segment.size < 6 || segment.size < 6u + 3u * bytes[5]) {
    return jpeg_damaged("its frame header is too short");
  }
  const int precision = bytes[0];
  const int height = bytes[1] << 8 | bytes[2];
  const int width = bytes[3] << 8 | bytes[4];
  const int components = bytes[5];
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
  if (width == 0 || height == 0) return jpeg_damaged("its frame header states no size");
  Frame frame{width, height, {}};
  for (int c = 0; c < components; ++c) frame.components.push_back({bytes[6 + 3 * c], false});
  return frame;
}

// T.81, B.2.3. False where the scan is of a component that the frame has not.
bool note_scan(Frame& frame, ByteView segment) {
  const std::uint8_t* bytes = segment.data;
  if (segment.size < 1 || segment.size < 1 + 2u * bytes[0]) return false;
  for (int i = 0; i < bytes[0]; ++i) {
    bool is_known = false;
    for (Component& component : frame.components) {
      if (component.identifier != bytes[1 + 2 * i]) continue;
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
    const void* found = std::memchr(file.data + position, 0xff, file.size - 1 - position);
    if (found == nullptr) break;
    position = static_cast<std::size_t>(static_cast<const std::uint8_t*>(found) - file.data);
    const int next = file.data[position + 1];
    if (next != 0 && next != 0xff && !is_restart(next)) return position;
    ++position;
  }
  return file.size;
}

}  // namespace

Result<JpegMarker> read_jpeg_marker(ByteView file, std::size_t position) {
  int code = 0;
  do {
    if (position + 2 > file.size) return truncated();
    if (file.data[position] != 0xff) return jpeg_damaged("there is no marker where one must stand");
    code = file.data[position + 1];
    position += code == 0xff ? 1 : 2;  // one fill byte before the marker
  } while (code == 0xff || code == kTemporary);
  if (code == kEndOfImage) return JpegMarker{code, {}, position};
  if (code == 0 || code == kStartOfImage || is_restart(code)) {
    return jpeg_damaged("a marker stands where it must not");
  }
  if (position + 2 > file.size) return truncated();
  const std::uint8_t* bytes = file.data + position;
  const auto length = static_cast<std::size_t>(bytes[0] << 8 | bytes[1]);
  if (length < 2) return jpeg_damaged("a segment is shorter than its own length field");
  if (length > file.size - position) return truncated();
  return JpegMarker{code, {bytes + 2, length - 2}, position + length};
}

Result<JpegContainer> read_jpeg_container(ByteView file) {
  if (file.size < 2 || file.data[0] != 0xff || file.data[1] != kStartOfImage) {
    return jpeg_damaged("it does not begin as one");
  }
  JpegContainer container;
  Frame frame;
  bool has_exif = false;
  bool has_frame = false;
  std::size_t position = 2;  // after the start-of-image marker

  while (true) {
    const Result<JpegMarker> marker = read_jpeg_marker(file, position);
    if (!marker) return tl::unexpected(marker.error());
    if (marker->code == kEndOfImage) break;
    const ByteView segment = marker->segment;
    position = marker->end;

    constexpr std::size_t kExifStart = 6;  // "Exif", 0, 0
    if (marker->code == kApplication0 + 1 && !has_exif && segment.size >= kExifStart &&
        std::memcmp(segment.data, "Exif\0", kExifStart) == 0) {
      has_exif = true;
      container.orientation =
          exif_orientation({segment.data + kExifStart, segment.size - kExifStart});
    } else if (is_frame(marker->code)) {
      if (has_frame) return jpeg_damaged("it has more than one frame header");
      Result<Frame> result = read_frame(marker->code, segment);
      if (!result) return tl::unexpected(result.error());
      frame = std::move(*result);
      has_frame = true;
    } else if (marker->code == kStartOfScan) {
      if (!has_frame) return jpeg_damaged("its pixels come before its frame header");
      if (!note_scan(frame, segment)) {
        return jpeg_damaged("a scan is of a component that it has not");
      }
      if (container.scan_ends.size() == kMaxScans) {
        return fail("This JPEG has more than " + std::to_string(kMaxScans) +
                    " scans; expected a film or photograph.");
      }
      position = skip_entropy_coded(file, position);
      container.scan_ends.push_back(position);
    }
  }

  if (container.scan_ends.empty()) return jpeg_damaged("it holds no pixels");
  for (const Component& component : frame.components) {
    if (!component.has_scan) return jpeg_damaged(jpeg_damage::kComponentWithout);
  }
  container.width = frame.width;
  container.height = frame.height;
  return container;
}

}  // namespace thoraxlite
