#include "core/json/decimal.h"

#include <cmath>
#include <cstdlib>

namespace thoraxlite {
namespace {

constexpr int kMostDigits = 9;  // name any float

}  // namespace

double from_decimal(std::uint64_t mantissa, int exponent) {
  if (mantissa == 0) return 0;  // also of a power that is infinite
  double power = 1;
  double square = 10;
  for (int left = std::abs(exponent); left != 0; left /= 2, square *= square) {
    if (left % 2 != 0) power *= square;
  }
  const auto value = static_cast<double>(mantissa);
  return exponent < 0 ? value / power : value * power;
}

std::string to_text(float value) {
  if (!std::isfinite(value)) return "null";
  const std::string sign = std::signbit(value) ? "-" : "";
  if (value == 0) return sign + "0.0";

  const float magnitude = std::abs(value);
  double scaled = magnitude;  // to one digit before the point
  int exponent = 0;
  for (; scaled >= 10; scaled /= 10) ++exponent;
  for (; scaled < 1; scaled *= 10) --exponent;
  std::uint64_t mantissa = 0;
  for (int digits = 1;; ++digits) {
    mantissa = static_cast<std::uint64_t>(scaled + 0.5);
    const bool reads_back = static_cast<float>(from_decimal(mantissa, exponent)) == magnitude;
    if (reads_back || digits == kMostDigits) break;
    scaled *= 10;
    --exponent;
  }
  for (; mantissa % 10 == 0; mantissa /= 10) ++exponent;  // 9.99 rounded up

  std::string text = std::to_string(mantissa);
  const auto size = static_cast<int>(text.size());
  const int point = size + exponent;  // digits before it
  if (point > 15 || point < -4) {
    if (size > 1) text.insert(1, ".");
    return sign + text + 'e' + std::to_string(point - 1);
  }
  if (point <= 0) return sign + "0." + std::string(static_cast<std::size_t>(-point), '0') + text;
  if (point >= size) {
    return sign + text + std::string(static_cast<std::size_t>(point - size), '0') + ".0";
  }
  text.insert(static_cast<std::size_t>(point), ".");
  return sign + text;
}

}  // namespace thoraxlite
