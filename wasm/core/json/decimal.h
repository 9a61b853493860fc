// Numbers as decimals, both ways.
#pragma once

#include <cstdint>
#include <string>

namespace thoraxlite {

// mantissa * 10^exponent: the nearest double where both are exact (mantissa up to 2^53, exponent
// from -22 to 22), within a few units in the last place elsewhere. Infinite where those units reach
// beyond the largest double, perhaps 0 below 1e-280. The same on every machine.
double from_decimal(std::uint64_t mantissa, int exponent);

// As few digits as read back as this float, with a point or an exponent, so that it stays a float
// where types count. JSON has no word for what is not finite: null.
std::string to_text(float value);

}  // namespace thoraxlite
