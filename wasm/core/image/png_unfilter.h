// The filters of PNG's rows (W3C PNG specification, section 9), undone for many rows at a time. A
// pixel needs that on its left, so one row is slow; but the row below may follow a pixel behind,
// the next one behind that, and so on: sixteen rows are sixteen lanes of a vector.
#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

namespace thoraxlite {

class PngUnfilter {
 public:
  // For the rows of one pass, from the top. size: bytes of a row, above 0. step: bytes from one to
  // that which stands for the same on its left, 1 to 8.
  PngUnfilter(std::size_t size, std::size_t step);

  // How many rows are quickest taken at once; they may be fewer.
  int rows_at_once() const { return rows_; }
  std::size_t stride() const { return stride_; }  // bytes from an unfiltered row to the next

  // raw: `count` rows, each behind its filter's number, with kSlack readable bytes behind the last.
  // The unfiltered rows, up to the next call; nullptr where a filter does not exist.
  static constexpr std::size_t kSlack = 64;
  const std::uint8_t* take(const std::uint8_t* raw, int count);

 private:
  std::size_t size_;
  std::size_t step_;
  int rows_;
  std::size_t stride_;
  std::vector<std::uint8_t> unfiltered_;  // the row above, then rows_ rows, with margins
};

}  // namespace thoraxlite
