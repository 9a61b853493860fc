// The inverse DCT of JPEG in whole numbers (Loeffler, Ligtenberg, Moschytz 1989, figure 1): bit by
// bit that which libjpeg calls islow, and every browser shows. Where a hostile file's numbers leave
// 16 bits they wrap, on all machines alike.
#pragma once

#include <cstddef>
#include <cstdint>

namespace thoraxlite {

// Which coefficients may be other than 0: only the mean, those with x and y below 4, or any.
enum class DctReach { mean, low, all };

// coefficients, steps: [8, 8], row by row, multiplied here; the coefficients are all 0 afterwards,
// ready for the next block. pixels: eight rows of eight, `stride` bytes apart.
void inverse_dct(std::int16_t* coefficients, const std::int16_t* steps, DctReach reach,
                 std::uint8_t* pixels, std::size_t stride);

// The least that holds.
DctReach dct_reach(const std::int16_t* coefficients);

// The same in plain C++, for processors without the instructions, and to hold the other to.
void inverse_dct_plainly(std::int16_t* coefficients, const std::int16_t* steps,
                         std::uint8_t* pixels, std::size_t stride);

}  // namespace thoraxlite
