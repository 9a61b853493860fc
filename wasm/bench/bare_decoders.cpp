// In place of the core's: nothing is transformed, and no filter undone. What the decoders then
// still cost is what comes before.
#include <algorithm>

#include "core/image/inverse_dct.h"
#include "core/image/png_unfilter.h"

namespace thoraxlite {

void inverse_dct(std::int16_t* coefficients, const std::int16_t*, DctReach, std::uint8_t*,
                 std::size_t) {
  std::fill(coefficients, coefficients + 64, std::int16_t{0});
}

DctReach dct_reach(const std::int16_t*) {
  return DctReach::all;
}

PngUnfilter::PngUnfilter(std::size_t size, std::size_t step)
    : size_(size), step_(step), rows_(16), stride_(size), unfiltered_(16 * size) {}

const std::uint8_t* PngUnfilter::take(const std::uint8_t*, int) {
  static_cast<void>(size_);  // which compilers want used
  static_cast<void>(step_);
  return unfiltered_.data();
}

}  // namespace thoraxlite
