// Where a decoder gives its rows, so that no more of an image than its user wants need exist.
#pragma once

#include <cstddef>
#include <cstdint>

namespace thoraxlite {

class RowSink {
 public:
  virtual ~RowSink() = default;

  // Once, before the first row. max_value: white, 255 or 65535.
  virtual void begin(int width, int height, std::uint16_t max_value) = 0;

  // height times, from the top. grey: [width], 0 .. max_value, 0 is black. Eight bits a pixel come
  // either way.
  virtual void add_row(const std::uint8_t* grey) = 0;
  virtual void add_row(const std::uint16_t* grey) = 0;

  // `count` of those rows at once, `stride` bytes apart.
  virtual void add_rows(const std::uint8_t* grey, std::size_t stride, int count) {
    for (int y = 0; y < count; ++y, grey += stride) add_row(grey);
  }
};

}  // namespace thoraxlite
