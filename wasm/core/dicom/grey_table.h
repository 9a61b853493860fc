// Stored values to grey, as DICOM PS3.3 orders it: modality transformation (C.11.1), VOI
// transformation (C.11.2), then inversion for MONOCHROME1 (C.7.6.3.1.2). A stored value has at most
// 16 bits, so the whole way is one table.
#pragma once

#include <cstdint>
#include <optional>
#include <vector>

namespace thoraxlite {

struct Lut {
  int first_mapped = 0;                // the input value of the first entry
  int largest = 65535;                 // the entry that is white; larger ones are cut to it
  std::vector<std::uint16_t> entries;  // at least one
};

struct Modality {
  enum class Kind { none, rescale, lut } kind = Kind::none;
  double slope = 1;
  double intercept = 0;
  Lut lut;
};

struct Voi {
  enum class Kind {
    full,  // from the smallest value of the image to its largest
    linear,
    linear_exact,
    sigmoid,
    lut
  } kind = Kind::full;
  double centre = 0;
  double width = 1;  // linear: at least 1; linear_exact, sigmoid: above 0
  Lut lut;
};

struct StoredRange {
  int low = 0;
  int high = 0;
};

struct GreyWay {
  int bits_stored = 16;  // 8 to 16
  bool is_signed = false;
  Modality modality;
  Voi voi;
  std::optional<StoredRange> padding;  // stored values
  bool is_inverted = false;
};

double apply_modality(const Modality& modality, int stored);

// 0 to 1. C.11.2.1.2 LINEAR, C.11.2.1.3.2 LINEAR_EXACT, C.11.2.1.3.1 SIGMOID; voi is one of those.
double apply_window(const Voi& voi, double value);

// is_present: [2^bits_stored], whether a code occurs in the image; the full range is of those.
// Gives [2^bits_stored], 0 black to 65535 white. Padding becomes black.
std::vector<std::uint16_t> grey_table(const GreyWay& way, const std::vector<bool>& is_present);

}  // namespace thoraxlite
