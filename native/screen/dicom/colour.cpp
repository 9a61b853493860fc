#include "dicom/colour.h"

#include <algorithm>
#include <cmath>

namespace thoraxlite {
namespace {

constexpr double kWhite = 65535;

// Luma as in YBR_FULL (PS3.3 C.7.6.3.1.2), in whole numbers.
unsigned luma(unsigned red, unsigned green, unsigned blue) {
  return (299 * red + 587 * green + 114 * blue + 500) / 1000;
}

double spread_of_ybr(unsigned y, unsigned cb, unsigned cr, const ImageFormat& format) {
  const double middle = 1 << (format.bits_stored - 1);
  const double red = 1.402 * (cr - middle);
  const double green = -0.344136 * (cb - middle) - 0.714136 * (cr - middle);
  const double blue = 1.772 * (cb - middle);
  const double largest = format.mask();
  return std::clamp(y + std::max({red, green, blue}), 0.0, largest) -
         std::clamp(y + std::min({red, green, blue}), 0.0, largest);
}

// A code to 0 .. 65535.
struct Palette {
  int first = 0;
  std::vector<std::uint16_t> entries;

  unsigned at(unsigned code) const {
    const int last = static_cast<int>(entries.size()) - 1;
    return entries[static_cast<std::size_t>(std::clamp(static_cast<int>(code) - first, 0, last))];
  }
};

Result<Palette> read_palette(DcmItem& data, const DcmTagKey& descriptor, const DcmTagKey& table) {
  const auto count = word(data, descriptor, 0);
  const auto first = word(data, descriptor, 1);
  const auto bits = word(data, descriptor, 2);
  const Uint16* words = nullptr;
  unsigned long found = 0;
  if (!count || !first || !bits || data.findAndGetUint16Array(table, words, &found).bad() ||
      words == nullptr) {
    return fail("The DICOM image has colours by palette, but no " + named(table) + '.');
  }
  const std::size_t size = *count == 0 ? 65536 : *count;
  const std::size_t needed = *bits == 16 ? size : (size + 1) / 2;
  if ((*bits != 8 && *bits != 16) || found < needed) {
    return fail(named(table) + " has " + std::to_string(2 * found) + " bytes for " +
                std::to_string(size) + " entries of " + std::to_string(*bits) + " bits.");
  }
  Palette palette;
  palette.first = *first;
  palette.entries.resize(size);
  for (std::size_t i = 0; i < size; ++i) {
    palette.entries[i] =
        *bits == 16 ? words[i] : std::uint16_t((words[i / 2] >> (8 * (i % 2)) & 255) * 257);
  }
  return palette;
}

}  // namespace

GreyOfColour grey_of_colour(const std::vector<std::uint16_t>& samples, const ImageFormat& format) {
  const std::size_t count = format.pixels();
  const bool is_ybr = format.photometric != Photometric::rgb;
  const bool is_halved = samples.size() == 2 * count;
  const std::size_t step = format.is_planar ? 1 : 3;
  const std::size_t to_next = format.is_planar ? count : 1;
  GreyOfColour grey;
  grey.pixels.resize(count);
  double spread = 0;
  for (std::size_t i = 0; i < count; ++i) {
    // Y1 Y2 Cb Cr: two pixels share their colour.
    const std::size_t pair = 4 * (i / 2);
    const unsigned first = format.code(samples[is_halved ? pair + i % 2 : i * step]);
    const unsigned second = format.code(samples[is_halved ? pair + 2 : i * step + to_next]);
    const unsigned third = format.code(samples[is_halved ? pair + 3 : i * step + 2 * to_next]);
    spread += is_ybr ? spread_of_ybr(first, second, third, format)
                     : std::max({first, second, third}) - std::min({first, second, third});
    const unsigned brightness = is_ybr ? first : luma(first, second, third);
    grey.pixels[i] =
        static_cast<std::uint16_t>(std::floor(brightness * kWhite / format.mask() + 0.5));
  }
  grey.colourfulness = static_cast<float>(spread / format.mask() / static_cast<double>(count));
  return grey;
}

Result<GreyOfColour> grey_of_palette(DcmItem& data, const std::vector<std::uint16_t>& samples,
                                     const ImageFormat& format) {
  const auto red = read_palette(data, DCM_RedPaletteColorLookupTableDescriptor,
                                DCM_RedPaletteColorLookupTableData);
  if (!red) return tl::unexpected(red.error());
  const auto green = read_palette(data, DCM_GreenPaletteColorLookupTableDescriptor,
                                  DCM_GreenPaletteColorLookupTableData);
  if (!green) return tl::unexpected(green.error());
  const auto blue = read_palette(data, DCM_BluePaletteColorLookupTableDescriptor,
                                 DCM_BluePaletteColorLookupTableData);
  if (!blue) return tl::unexpected(blue.error());
  GreyOfColour grey;
  grey.pixels.resize(format.pixels());
  double spread = 0;
  for (std::size_t i = 0; i < grey.pixels.size(); ++i) {
    const unsigned code = format.code(samples[i]);
    const unsigned r = red->at(code), g = green->at(code), b = blue->at(code);
    grey.pixels[i] = static_cast<std::uint16_t>(luma(r, g, b));
    spread += std::max({r, g, b}) - std::min({r, g, b});
  }
  grey.colourfulness =
      static_cast<float>(spread / kWhite / static_cast<double>(grey.pixels.size()));
  return grey;
}

}  // namespace thoraxlite
