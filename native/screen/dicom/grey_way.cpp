#include "dicom/grey_way.h"

#include <algorithm>

namespace thoraxlite {
namespace {

// Enhanced multi-frame images say it by frame, or for all frames (PS3.3 C.7.6.16); others in the
// data set itself.
DcmItem& place_of(DcmItem& data, const DcmTagKey& macro) {
  for (const DcmTagKey& groups :
       {DCM_PerFrameFunctionalGroupsSequence, DCM_SharedFunctionalGroupsSequence}) {
    const auto frames = items(data, groups);
    if (frames.empty()) continue;
    const auto found = items(*frames.front(), macro);
    if (!found.empty()) return *found.front();
  }
  return data;
}

int with_sign(std::uint16_t word, bool is_signed) {
  return is_signed && word >= 32768 ? word - 65536 : word;
}

// C.11.1.1 and C.11.2.1.1.
Result<Lut> read_lut(DcmItem& item, bool is_signed) {
  const auto count = word(item, DCM_LUTDescriptor, 0);
  const auto first = word(item, DCM_LUTDescriptor, 1);
  const auto bits = word(item, DCM_LUTDescriptor, 2);
  if (!count || !first || !bits) {
    return fail(named(DCM_LUTDescriptor) + " is missing or too short; expected three numbers.");
  }
  if (*bits < 8 || *bits > 16) {
    return fail(named(DCM_LUTDescriptor) + " says " + std::to_string(*bits) +
                " bits an entry; expected 8 to 16.");
  }
  const std::size_t size = *count == 0 ? 65536 : *count;
  const Uint16* words = nullptr;
  unsigned long found = 0;
  if (item.findAndGetUint16Array(DCM_LUTData, words, &found).bad() || words == nullptr) found = 0;
  // Entries of 8 bits may lie two in a word, the first in its less significant byte.
  const bool is_packed = *bits == 8 && found < size && 2 * found >= size;
  if (!is_packed && found < size) {
    return fail(named(DCM_LUTData) + " has " + std::to_string(2 * found) + " bytes; expected " +
                std::to_string(2 * size) + ", for " + std::to_string(size) + " entries.");
  }
  Lut lut;
  lut.first_mapped = with_sign(*first, is_signed);
  lut.bits = *bits;
  lut.entries.resize(size);
  for (std::size_t i = 0; i < size; ++i) {
    lut.entries[i] = is_packed ? std::uint16_t(words[i / 2] >> (8 * (i % 2)) & 255) : words[i];
  }
  return lut;
}

Result<Modality> read_modality(DcmItem& data, const ImageFormat& format) {
  Modality modality;
  const auto sequence = items(data, DCM_ModalityLUTSequence);
  if (!sequence.empty()) {
    auto lut = read_lut(*sequence.front(), format.is_signed);
    if (!lut) return tl::unexpected(lut.error());
    modality.kind = Modality::Kind::lut;
    modality.lut = std::move(*lut);
    return modality;
  }
  DcmItem& place = place_of(data, DCM_PixelValueTransformationSequence);
  const auto slope = decimal(place, DCM_RescaleSlope, 1);
  if (!slope) return tl::unexpected(slope.error());
  const auto intercept = decimal(place, DCM_RescaleIntercept, 0);
  if (!intercept) return tl::unexpected(intercept.error());
  if (*slope == 0) return fail(named(DCM_RescaleSlope) + " is 0; expected another number.");
  if (*slope == 1 && *intercept == 0) return modality;
  modality.kind = Modality::Kind::rescale;
  modality.slope = *slope;
  modality.intercept = *intercept;
  return modality;
}

Result<Voi::Kind> read_function(DcmItem& place) {
  const std::string function = text(place, DCM_VOILUTFunction);
  if (function.empty() || function == "LINEAR") return Voi::Kind::linear;
  if (function == "LINEAR_EXACT") return Voi::Kind::linear_exact;
  if (function == "SIGMOID") return Voi::Kind::sigmoid;
  return fail(named(DCM_VOILUTFunction) + " is \"" + shortened(function) +
              "\"; expected LINEAR, LINEAR_EXACT or SIGMOID.");
}

// All windows are checked, as the page does, which offers all.
Result<Voi> read_window(DcmItem& place) {
  const auto centres = decimals(place, DCM_WindowCenter);
  if (!centres) return tl::unexpected(centres.error());
  const auto widths = decimals(place, DCM_WindowWidth);
  if (!widths) return tl::unexpected(widths.error());
  if (centres->size() != widths->size()) {
    return fail(named(DCM_WindowCenter) + " has " + std::to_string(centres->size()) +
                " values and " + named(DCM_WindowWidth) + ' ' + std::to_string(widths->size()) +
                "; expected as many.");
  }
  const auto function = read_function(place);
  if (!function) return tl::unexpected(function.error());
  const bool is_linear = *function == Voi::Kind::linear;
  for (const double width : *widths) {
    if (is_linear ? width < 1 : width <= 0) {
      return fail(named(DCM_WindowWidth) + " is " + shown(width) + "; expected " +
                  (is_linear ? "at least 1." : "more than 0."));
    }
  }
  Voi voi;
  if (centres->empty()) return voi;
  voi.kind = *function;
  voi.centre = centres->front();
  voi.width = widths->front();
  return voi;
}

Result<Voi> read_voi(DcmItem& data, const ImageFormat& format, const Modality& modality) {
  DcmItem& place = place_of(data, DCM_FrameVOILUTSequence);
  const int smallest = format.is_signed ? -(1 << (format.bits_stored - 1)) : 0;
  const int largest = smallest + (1 << format.bits_stored) - 1;
  // C.11.2.1.1: the first input value has a sign where modality values can have one.
  const bool is_signed =
      apply_modality(modality, smallest) < 0 || apply_modality(modality, largest) < 0;
  std::optional<Lut> first;
  for (DcmItem* item : items(place, DCM_VOILUTSequence)) {
    auto lut = read_lut(*item, is_signed);
    if (!lut) return tl::unexpected(lut.error());
    if (!first) first = std::move(*lut);
  }
  Result<Voi> window = read_window(place);
  if (!window || !first) return window;
  Voi voi;
  voi.kind = Voi::Kind::lut;
  voi.lut = std::move(*first);
  return voi;
}

// C.7.5.1.1.2: one value, or all from it to the range limit.
std::optional<StoredRange> read_padding(DcmItem& data, const ImageFormat& format) {
  const auto value = word(data, DCM_PixelPaddingValue);
  if (!value) return std::nullopt;
  const auto limit = word(data, DCM_PixelPaddingRangeLimit).value_or(*value);
  const auto [low, high] =
      std::minmax({with_sign(*value, format.is_signed), with_sign(limit, format.is_signed)});
  return StoredRange{low, high};
}

}  // namespace

Result<GreyWay> read_grey_way(DcmItem& data, const ImageFormat& format) {
  GreyWay way;
  way.bits_stored = format.bits_stored;
  way.is_signed = format.is_signed;
  auto modality = read_modality(data, format);
  if (!modality) return tl::unexpected(modality.error());
  way.modality = std::move(*modality);
  auto voi = read_voi(data, format, way.modality);
  if (!voi) return tl::unexpected(voi.error());
  way.voi = std::move(*voi);
  way.padding = read_padding(data, format);
  // PS3.3 C.8.11.3 has INVERSE as another word for MONOCHROME1: whoever says both means it once.
  way.is_inverted = format.photometric == Photometric::monochrome1 ||
                    text(data, DCM_PresentationLUTShape) == "INVERSE";
  return way;
}

}  // namespace thoraxlite
