// The outer structure of a JPEG file. ITU-T T.81, annex B: a row of markers, most with a segment of
// stated length, and after each start of scan the entropy-coded bytes up to the next marker.
#pragma once

#include <vector>

#include "core/image/exif.h"
#include "core/result.h"

namespace thoraxlite {

namespace jpeg_marker {
constexpr int kTemporary = 0x01;
constexpr int kProgressive = 0xc2;
constexpr int kCodes = 0xc4;
constexpr int kArithmeticCodes = 0xcc;
constexpr int kRestart0 = 0xd0;  // to 0xd7
constexpr int kStartOfImage = 0xd8;
constexpr int kEndOfImage = 0xd9;
constexpr int kStartOfScan = 0xda;
constexpr int kSteps = 0xdb;
constexpr int kNumberOfLines = 0xdc;
constexpr int kRestartInterval = 0xdd;
constexpr int kApplication0 = 0xe0;  // to 0xef
constexpr int kComment = 0xfe;

inline bool is_restart(int marker) {
  return marker >= kRestart0 && marker <= kRestart0 + 7;
}
// 0xf7 is JPEG-LS's.
inline bool is_frame(int marker) {
  return (marker >= 0xc0 && marker <= 0xcf && marker != kCodes && marker != 0xc8 &&
          marker != kArithmeticCodes) ||
         marker == 0xf7;
}
}  // namespace jpeg_marker

// What is wrong with pixels, as the end of a sentence.
namespace jpeg_damage {
constexpr const char* kEndsEarly = "its pixels end too early";
constexpr const char* kStrayBytes = "it holds bytes that belong to no pixel";
constexpr const char* kBadCode = "its pixels are coded wrongly";
constexpr const char* kNoRestart = "a restart marker is missing";
constexpr const char* kContradiction = "its headers contradict each other or its pixels";
constexpr const char* kComponentWithout = "one of its components has no pixels";
}  // namespace jpeg_damage
tl::unexpected<Error> jpeg_damaged(const char* what);

struct JpegContainer {
  int width = 0;                       // pixels as stored, above 0
  int height = 0;                      // pixels as stored, above 0
  Orientation orientation;             // how they come upright
  std::vector<std::size_t> scan_ends;  // of each scan, where the marker behind its pixels stands
};

// The whole file is walked before a decoder sees a byte: a decoder may make up what is missing.
// Errors: a kind of JPEG that is not decoded faithfully, truncated, or damaged.
Result<JpegContainer> read_jpeg_container(ByteView file);

struct JpegMarker {
  int code = 0;
  ByteView segment;     // behind its length
  std::size_t end = 0;  // position behind it
};

// The marker at `position`, which must be one. Fill bytes before it, and TEM, are passed over.
Result<JpegMarker> read_jpeg_marker(ByteView file, std::size_t position);

}  // namespace thoraxlite
