// What the segments of a JPEG file say, taken in the order in which they stand (ITU-T T.81, annex
// B.2). The container has read the file before (jpeg_container.h).
#pragma once

#include <array>
#include <cstdint>
#include <vector>

#include "core/image/jpeg_code.h"
#include "core/image/jpeg_container.h"
#include "core/result.h"

namespace thoraxlite {

using JpegSteps = std::array<std::int16_t, 64>;  // of quantisation, row by row

struct JpegComponent {
  int identifier = 0;
  int horizontal = 1;  // sampling factors, 1 to 4
  int vertical = 1;
  int width = 0;  // samples
  int height = 0;
  int blocks_wide = 0;  // of 8x8, as many as hold samples
  int blocks_high = 0;
  int steps_slot = 0;
  bool has_scan = false;
  JpegSteps steps{};  // as they stood before its first scan
  int dc_slot = 0;    // of the scan that has begun
  int ac_slot = 0;
  // Which bit of each coefficient is the lowest that scans have brought, in zigzag order; -1 where
  // nothing has come. Progressive files only.
  std::array<std::int8_t, 64> lowest_bit{};
};

struct JpegScan {
  std::vector<int> components;  // their places in the frame, each once
  int first = 0;                // of the coefficients, in zigzag order
  int last = 63;
  int high = 0;  // the bit that came before, 0 where none did
  int low = 0;   // the bit that comes
};

class JpegHeaders {
 public:
  // Any marker but those of scans and of the end. Errors: damaged.
  Result<void> take(int marker, ByteView segment);
  // A start of scan. Errors: damaged.
  Result<JpegScan> begin_scan(ByteView segment);

  bool is_progressive = false;
  bool is_rgb = false;  // of three components; known when the first scan begins
  int width = 0;
  int height = 0;
  int most_horizontal = 1;  // of the components' sampling factors
  int most_vertical = 1;
  std::vector<JpegComponent> components;
  int restart_interval = 0;  // MCUs, 0 for none
  std::array<JpegCode, 4> dc_codes;
  std::array<JpegCode, 4> ac_codes;

 private:
  bool take_frame(ByteView segment);
  bool take_codes(ByteView segment);
  bool take_steps(ByteView segment);
  void take_application(int marker, ByteView segment);
  bool measure();

  bool has_begun_ = false;  // a scan
  bool says_jfif_ = false;
  bool says_adobe_ = false;
  int adobe_transform_ = 0;
  std::array<bool, 4> has_steps_{};
  std::array<JpegSteps, 4> steps_{};
};

// Zigzag order to place in a block, row by row. A code that leads beyond the last coefficient finds
// the last.
extern const std::array<std::uint8_t, 64 + 80> kJpegOrder;

}  // namespace thoraxlite
