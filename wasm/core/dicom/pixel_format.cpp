#include "core/dicom/pixel_format.h"

#include <algorithm>
#include <cmath>

#include "core/image/decode.h"

namespace thoraxlite {
namespace {

std::string side_by_side(int columns, int rows) {
  return "The DICOM image is " + std::to_string(columns) + " x " + std::to_string(rows) +
         " pixels; expected at ";
}

Result<Photometric> read_photometric(const DataSet& data) {
  const std::string said = text(data, kPhotometricInterpretation);
  if (said == "MONOCHROME1") return Photometric::monochrome1;
  if (said == "MONOCHROME2") return Photometric::monochrome2;
  if (said == "PALETTE COLOR") return Photometric::palette_color;
  if (said == "RGB") return Photometric::rgb;
  if (said == "YBR_FULL") return Photometric::ybr_full;
  if (said == "YBR_FULL_422") return Photometric::ybr_full_422;
  if (said == "YBR_ICT" || said == "YBR_RCT") return Photometric::ybr_of_codestream;
  return fail("The photometric interpretation of the DICOM image is " +
              (said.empty() ? "missing" : shortened(said)) +
              "; expected MONOCHROME1, MONOCHROME2, RGB, YBR_FULL or PALETTE COLOR.");
}

std::string range(int low, int high) {
  return low == high ? std::to_string(low) : std::to_string(low) + " to " + std::to_string(high);
}

tl::unexpected<Error> out_of_range(const std::string& what, int value,
                                   const std::string& expected) {
  return fail("The DICOM image has " + std::to_string(value) + ' ' + what + "; expected " +
              expected + '.');
}

Result<PixelFormat> read_bits(const DataSet& data, PixelFormat format) {
  const auto allocated = required_word(data, kBitsAllocated);
  if (!allocated) return tl::unexpected(allocated.error());
  format.bits_allocated = *allocated;
  if (format.bits_allocated != 8 && format.bits_allocated != 16) {
    return out_of_range("bits allocated", format.bits_allocated, "8 or 16");
  }
  format.bits_stored = word(data, kBitsStored).value_or(*allocated);
  if (format.bits_stored < 8 || format.bits_stored > format.bits_allocated) {
    return out_of_range("bits stored", format.bits_stored, range(8, format.bits_allocated));
  }
  const int lowest_high = format.bits_stored - 1;
  format.high_bit = word(data, kHighBit).value_or(std::uint16_t(lowest_high));
  if (format.high_bit < lowest_high || format.high_bit >= format.bits_allocated) {
    return fail("The high bit of the DICOM image is " + std::to_string(format.high_bit) +
                "; expected " + range(lowest_high, format.bits_allocated - 1) + '.');
  }
  const int representation = word(data, kPixelRepresentation).value_or(0);
  if (representation > 1) {
    return fail("The pixel representation is " + std::to_string(representation) +
                "; expected 0 or 1.");
  }
  format.is_signed = representation == 1;
  if (format.is_signed && !format.is_grey()) {
    return fail("The DICOM image has colours with a sign; expected unsigned ones.");
  }
  return format;
}

// None, or none that can be read, is one: some programs write 0.
int read_frames(const DataSet& data) {
  const auto frames = to_number(text(data, kNumberOfFrames));
  return frames && *frames >= 1 && *frames < 1e6 ? static_cast<int>(*frames) : 1;
}

}  // namespace

Result<PixelFormat> read_pixel_format(const DataSet& data) {
  PixelFormat format;
  const auto rows = required_word(data, kRows);
  if (!rows) return tl::unexpected(rows.error());
  const auto columns = required_word(data, kColumns);
  if (!columns) return tl::unexpected(columns.error());
  format.rows = *rows;
  format.columns = *columns;
  const std::string size = side_by_side(format.columns, format.rows);
  if (std::min(format.rows, format.columns) == 0) return fail(size + "least 1 x 1.");
  if (std::max(format.rows, format.columns) > kMaxImageSide) {
    return fail(size + "most " + std::to_string(kMaxImageSide) + " a side.");
  }
  if (format.pixels() > std::size_t(kMaxImageArea)) {
    return fail(size + "most " + std::to_string(kMaxImageArea / 1'000'000) + " million.");
  }

  const auto photometric = read_photometric(data);
  if (!photometric) return tl::unexpected(photometric.error());
  format.photometric = *photometric;
  format.frames = read_frames(data);
  const bool is_one = format.is_grey() || format.photometric == Photometric::palette_color;
  format.samples = word(data, kSamplesPerPixel).value_or(1);
  if (format.samples != (is_one ? 1 : 3)) {
    return out_of_range("samples per pixel", format.samples,
                        (is_one ? "1 for " : "3 for ") + text(data, kPhotometricInterpretation));
  }
  const int planar = word(data, kPlanarConfiguration).value_or(0);
  if (planar > 1) {
    return fail("The planar configuration is " + std::to_string(planar) + "; expected 0 or 1.");
  }
  format.is_planar = format.samples == 3 && planar == 1;
  return read_bits(data, format);
}

}  // namespace thoraxlite
