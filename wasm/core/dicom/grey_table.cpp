#include "core/dicom/grey_table.h"

#include <algorithm>
#include <cmath>
#include <limits>

namespace thoraxlite {
namespace {

constexpr double kWhite = 65535;

// Two's complement where signed.
int stored_value(int code, const GreyWay& way) {
  const bool is_negative = way.is_signed && code >= 1 << (way.bits_stored - 1);
  return is_negative ? code - (1 << way.bits_stored) : code;
}

double apply_lut(const Lut& lut, double value) {
  const double last = static_cast<double>(lut.entries.size()) - 1;
  const double index = std::clamp(std::floor(value) - lut.first_mapped, 0.0, last);
  return std::min<double>(lut.entries[static_cast<std::size_t>(index)], lut.largest);
}

struct Range {
  double smallest = std::numeric_limits<double>::infinity();
  double largest = -std::numeric_limits<double>::infinity();
};

double apply_voi(const Voi& voi, const Range& full, double value) {
  if (voi.kind == Voi::Kind::lut) return apply_lut(voi.lut, value) / voi.lut.largest;
  if (voi.kind != Voi::Kind::full) return apply_window(voi, value);
  if (!(full.largest > full.smallest)) return 0;
  return std::clamp((value - full.smallest) / (full.largest - full.smallest), 0.0, 1.0);
}

}  // namespace

double apply_modality(const Modality& modality, int stored) {
  switch (modality.kind) {
    case Modality::Kind::rescale:
      return modality.slope * stored + modality.intercept;
    case Modality::Kind::lut:
      return apply_lut(modality.lut, stored);
    case Modality::Kind::none:
      break;
  }
  return stored;
}

double apply_window(const Voi& voi, double value) {
  if (voi.kind == Voi::Kind::sigmoid) {
    return 1 / (1 + std::exp(-4 * (value - voi.centre) / voi.width));
  }
  const bool is_linear = voi.kind == Voi::Kind::linear;
  const double middle = is_linear ? voi.centre - 0.5 : voi.centre;
  const double extent = is_linear ? voi.width - 1 : voi.width;
  if (value <= middle - extent / 2) return 0;
  if (value > middle + extent / 2) return 1;
  return (value - middle) / extent + 0.5;
}

std::vector<std::uint16_t> grey_table(const GreyWay& way, const std::vector<bool>& is_present) {
  std::vector<double> values(is_present.size());
  std::vector<bool> is_padding(is_present.size());
  Range full;
  for (std::size_t code = 0; code < values.size(); ++code) {
    const int stored = stored_value(static_cast<int>(code), way);
    values[code] = apply_modality(way.modality, stored);
    is_padding[code] = way.padding && stored >= way.padding->low && stored <= way.padding->high;
    if (is_padding[code] || !is_present[code]) continue;
    full.smallest = std::min(full.smallest, values[code]);
    full.largest = std::max(full.largest, values[code]);
  }

  std::vector<std::uint16_t> table(is_present.size());
  for (std::size_t code = 0; code < table.size(); ++code) {
    if (is_padding[code]) continue;
    const double shown = apply_voi(way.voi, full, values[code]);
    const double grey = way.is_inverted ? 1 - shown : shown;
    table[code] = static_cast<std::uint16_t>(std::floor(grey * kWhite + 0.5));
  }
  return table;
}

}  // namespace thoraxlite
