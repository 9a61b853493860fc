#include "core/dicom/grey_way.h"

#include <algorithm>

namespace thoraxlite {
namespace {

// Enhanced multi-frame images say it by frame, or for all frames (PS3.3 C.7.6.16); others in the
// data set itself.
const DataSet& place_of(const DataSet& data, const DicomAttribute& macro, int frame) {
  const auto& frames = items(data, kPerFrameFunctionalGroupsSequence);
  if (static_cast<std::size_t>(frame) < frames.size()) {
    const auto& found = items(frames[static_cast<std::size_t>(frame)], macro);
    if (!found.empty()) return found.front();
  }
  const auto& shared = items(data, kSharedFunctionalGroupsSequence);
  if (!shared.empty()) {
    const auto& found = items(shared.front(), macro);
    if (!found.empty()) return found.front();
  }
  return data;
}

int with_sign(std::uint16_t word, bool is_signed) {
  return is_signed && word >= 32768 ? word - 65536 : word;
}

// Items without a descriptor and data, as some programs leave them, are no tables.
bool has_table(const DataSet& item) {
  return bytes_of(item, kLUTDescriptor).size > 0 || bytes_of(item, kLUTData).size > 0;
}

// C.11.1.1 and C.11.2.1.1.
Result<Lut> read_lut(const DataSet& item, bool is_signed) {
  const auto count = word(item, kLUTDescriptor, 0);
  const auto first = word(item, kLUTDescriptor, 1);
  const auto bits = word(item, kLUTDescriptor, 2);
  if (!count || !first || !bits) {
    return fail(named(kLUTDescriptor) + " is missing or too short; expected three numbers.");
  }
  if (*bits < 8 || *bits > 16) {
    return fail(named(kLUTDescriptor) + " says " + std::to_string(*bits) +
                " bits an entry; expected 8 to 16.");
  }
  const std::size_t size = *count == 0 ? 65536 : *count;
  const std::size_t found = bytes_of(item, kLUTData).size;
  // Entries of 8 bits may lie two in a word, the first in its less significant byte.
  const bool is_packed = *bits == 8 && found < 2 * size && found + found % 2 >= size;
  if (!is_packed && found < 2 * size) {
    return fail(named(kLUTData) + " has " + std::to_string(found) + " bytes; expected " +
                std::to_string(2 * size) + ", for " + std::to_string(size) + " entries.");
  }
  Lut lut;
  lut.first_mapped = with_sign(*first, is_signed);
  lut.largest = (1 << *bits) - 1;
  lut.entries = words(item, kLUTData, size);
  if (!is_packed) return lut;
  std::vector<std::uint16_t> entries(size);
  for (std::size_t i = 0; i < size && i / 2 < lut.entries.size(); ++i) {
    entries[i] = std::uint16_t(lut.entries[i / 2] >> (8 * (i % 2)) & 255);
  }
  lut.entries = std::move(entries);
  return lut;
}

void note_commas(const DataSet& place, const DicomAttribute& attribute,
                 std::vector<FilmNote>& notes) {
  for (const std::string& value : texts(place, attribute)) {
    if (value.find(',') != std::string::npos) notes.push_back(FilmNote::decimal_comma);
  }
}

Result<Modality> read_modality(const DataSet& data, const PixelFormat& format, int frame,
                               std::vector<FilmNote>& notes) {
  Modality modality;
  const auto& sequence = items(data, kModalityLUTSequence);
  if (!sequence.empty() && has_table(sequence.front())) {
    auto lut = read_lut(sequence.front(), format.is_signed);
    if (!lut) return tl::unexpected(lut.error());
    modality.kind = Modality::Kind::lut;
    modality.lut = std::move(*lut);
    return modality;
  }
  const DataSet& place = place_of(data, kPixelValueTransformationSequence, frame);
  note_commas(place, kRescaleSlope, notes);
  note_commas(place, kRescaleIntercept, notes);
  const auto slope = decimal(place, kRescaleSlope, 1);
  if (!slope) return tl::unexpected(slope.error());
  const auto intercept = decimal(place, kRescaleIntercept, 0);
  if (!intercept) return tl::unexpected(intercept.error());
  if (*slope == 0) return fail(named(kRescaleSlope) + " is 0; expected another number.");
  if (*slope == 1 && *intercept == 0) return modality;
  modality.kind = Modality::Kind::rescale;
  modality.slope = *slope;
  modality.intercept = *intercept;
  return modality;
}

Result<std::vector<NamedVoi>> read_windows(const DataSet& place, std::vector<FilmNote>& notes) {
  note_commas(place, kWindowCenter, notes);
  note_commas(place, kWindowWidth, notes);
  const auto centres = texts(place, kWindowCenter);
  const auto widths = texts(place, kWindowWidth);
  const auto names = texts(place, kWindowCenterWidthExplanation);
  std::string function = text(place, kVOILUTFunction);
  if (function.empty()) function = "LINEAR";
  Voi::Kind kind = Voi::Kind::linear;
  if (function == "LINEAR_EXACT") {
    kind = Voi::Kind::linear_exact;
  } else if (function == "SIGMOID") {
    kind = Voi::Kind::sigmoid;
  } else if (function != "LINEAR") {
    return fail(named(kVOILUTFunction) + " is \"" + shortened(function) +
                "\"; expected LINEAR, LINEAR_EXACT or SIGMOID.");
  }
  std::vector<NamedVoi> windows;
  for (std::size_t i = 0; i < std::max(centres.size(), widths.size()); ++i) {
    const std::string centre = i < centres.size() ? centres[i] : "";
    const std::string width = i < widths.size() ? widths[i] : "";
    if (centre.empty() && width.empty()) continue;
    NamedVoi window{i < names.size() ? names[i] : "", function, {}};
    window.voi.kind = kind;
    window.voi.centre = to_number(centre).value_or(0);
    window.voi.width = to_number(width).value_or(0);
    const bool is_usable = to_number(centre) && (kind == Voi::Kind::linear ? window.voi.width >= 1
                                                                           : window.voi.width > 0);
    if (is_usable) {
      windows.push_back(std::move(window));
    } else {
      notes.push_back(FilmNote::window_unusable);
    }
  }
  return windows;
}

// Some makers' tables say 16 bits and use 12 of them; they mean their largest entry to be white.
void scale_by_largest(Lut& lut, std::vector<FilmNote>& notes) {
  const int largest = *std::max_element(lut.entries.begin(), lut.entries.end());
  if (largest == 0 || 2 * largest > lut.largest) return;
  lut.largest = largest;
  notes.push_back(FilmNote::table_scaled);
}

Result<std::vector<NamedVoi>> read_vois(const DataSet& data, const PixelFormat& format,
                                        const Modality& modality, int frame,
                                        std::vector<FilmNote>& notes) {
  const DataSet& place = place_of(data, kFrameVOILUTSequence, frame);
  const int smallest = format.is_signed ? -(1 << (format.bits_stored - 1)) : 0;
  const int largest = smallest + (1 << format.bits_stored) - 1;
  // C.11.2.1.1: the first input value has a sign where modality values can have one.
  const bool is_signed =
      apply_modality(modality, smallest) < 0 || apply_modality(modality, largest) < 0;
  std::vector<NamedVoi> vois;
  for (const DataSet& item : items(place, kVOILUTSequence)) {
    if (!has_table(item)) continue;
    auto lut = read_lut(item, is_signed);
    if (!lut) return tl::unexpected(lut.error());
    scale_by_largest(*lut, notes);
    NamedVoi table{text(item, kLUTExplanation), "LUT", {}};
    table.voi.kind = Voi::Kind::lut;
    table.voi.lut = std::move(*lut);
    vois.push_back(std::move(table));
  }
  auto windows = read_windows(place, notes);
  if (!windows) return windows;
  std::move(windows->begin(), windows->end(), std::back_inserter(vois));
  return vois;
}

// C.7.5.1.1.2: one value, or all from it to the range limit.
std::optional<StoredRange> read_padding(const DataSet& data, const PixelFormat& format) {
  const auto value = word(data, kPixelPaddingValue);
  if (!value) return std::nullopt;
  const auto limit = word(data, kPixelPaddingRangeLimit).value_or(*value);
  const auto [low, high] =
      std::minmax({with_sign(*value, format.is_signed), with_sign(limit, format.is_signed)});
  return StoredRange{low, high};
}

}  // namespace

Result<GreyWays> read_grey_ways(const DataSet& data, const PixelFormat& format, int frame,
                                std::vector<FilmNote>& notes) {
  GreyWays ways;
  ways.way.bits_stored = format.bits_stored;
  ways.way.is_signed = format.is_signed;
  auto modality = read_modality(data, format, frame, notes);
  if (!modality) return tl::unexpected(modality.error());
  ways.way.modality = std::move(*modality);
  auto vois = read_vois(data, format, ways.way.modality, frame, notes);
  if (!vois) return tl::unexpected(vois.error());
  ways.vois = std::move(*vois);
  if (!ways.vois.empty()) ways.way.voi = ways.vois.front().voi;
  ways.way.padding = read_padding(data, format);
  // PS3.3 C.8.11.3 has INVERSE as another word for MONOCHROME1: whoever says both means it once.
  ways.way.is_inverted = format.photometric == Photometric::monochrome1 ||
                         text(data, kPresentationLUTShape) == "INVERSE";
  return ways;
}

}  // namespace thoraxlite
