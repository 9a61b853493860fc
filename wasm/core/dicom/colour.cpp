#include "core/dicom/colour.h"

#include <algorithm>
#include <array>
#include <cmath>

namespace thoraxlite {
namespace {

constexpr double kWhite = 65535;
constexpr float kGrey = 0.02f;  // colourfulness of what lossy coding leaves of a grey film

// Luma as in YBR_FULL (PS3.3 C.7.6.3.1.2), in whole numbers.
unsigned luma(unsigned red, unsigned green, unsigned blue) {
  return (299 * red + 587 * green + 114 * blue + 500) / 1000;
}

unsigned spread(unsigned red, unsigned green, unsigned blue) {
  return std::max({red, green, blue}) - std::min({red, green, blue});
}

double spread_of_ybr(unsigned y, unsigned cb, unsigned cr, const PixelFormat& format) {
  const double middle = 1 << (format.bits_stored - 1);
  const double red = 1.402 * (cr - middle);
  const double green = -0.344136 * (cb - middle) - 0.714136 * (cr - middle);
  const double blue = 1.772 * (cb - middle);
  const double largest = format.mask();
  return std::clamp(y + std::max({red, green, blue}), 0.0, largest) -
         std::clamp(y + std::min({red, green, blue}), 0.0, largest);
}

GreyOfColour grey_as(bool is_ybr, const Samples& samples, const PixelFormat& format) {
  const std::size_t count = format.pixels();
  const bool is_halved = samples.is_packed_422;
  const std::size_t step = samples.is_planar ? 1 : 3;
  const std::size_t to_next = samples.is_planar ? count : 1;
  const std::vector<std::uint16_t>& values = samples.values;
  GreyOfColour grey;
  grey.pixels.resize(count);
  double sum = 0;
  for (std::size_t i = 0; i < count; ++i) {
    // Y1 Y2 Cb Cr: two pixels share their colour.
    const std::size_t pair = 4 * (i / 2);
    const unsigned first = format.code(values[is_halved ? pair + i % 2 : i * step]);
    const unsigned second = format.code(values[is_halved ? pair + 2 : i * step + to_next]);
    const unsigned third = format.code(values[is_halved ? pair + 3 : i * step + 2 * to_next]);
    sum += is_ybr ? spread_of_ybr(first, second, third, format) : spread(first, second, third);
    const unsigned brightness = is_ybr ? first : luma(first, second, third);
    grey.pixels[i] =
        static_cast<std::uint16_t>(std::floor(brightness * kWhite / format.mask() + 0.5));
  }
  grey.colourfulness = static_cast<float>(sum / format.mask() / static_cast<double>(count));
  return grey;
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

Result<Palette> read_palette(const DataSet& data, const DicomAttribute& descriptor,
                             const DicomAttribute& table) {
  const auto count = word(data, descriptor, 0);
  const auto first = word(data, descriptor, 1);
  const auto bits = word(data, descriptor, 2);
  const std::size_t found = bytes_of(data, table).size;
  if (!count || !first || !bits || found == 0) {
    return fail("The DICOM image has colours by palette, but no " + named(table) + '.');
  }
  const std::size_t size = *count == 0 ? 65536 : *count;
  const bool is_of_words = found >= 2 * size;
  if ((*bits != 8 && *bits != 16) || (*bits == 16 && !is_of_words) || found + found % 2 < size) {
    return fail(named(table) + " has " + std::to_string(found) + " bytes for " +
                std::to_string(size) + " entries of " + std::to_string(*bits) + " bits.");
  }
  Palette palette;
  palette.first = *first;
  const std::vector<std::uint16_t> read = words(data, table, size);
  palette.entries.resize(size);
  for (std::size_t i = 0; i < size; ++i) {
    if (is_of_words) {
      palette.entries[i] = read[i];
    } else if (i / 2 < read.size()) {
      palette.entries[i] = std::uint16_t((read[i / 2] >> (8 * (i % 2)) & 255) * 257);
    }
  }
  return palette;
}

using Palettes = std::array<Palette, 3>;

// C.7.6.3.1.5: entries of 8 bits may lie in words, in the lower byte of each, the higher one, or
// both; and a table may say 16 bits all the same.
void widen_bytes(Palettes& palettes) {
  unsigned all = 0;
  for (const Palette& palette : palettes) {
    for (const std::uint16_t entry : palette.entries) all |= entry;
  }
  const unsigned factor = all <= 255 ? 257 : 1;
  const bool is_in_higher = (all & 255) == 0;
  for (Palette& palette : palettes) {
    for (std::uint16_t& entry : palette.entries) {
      entry = static_cast<std::uint16_t>(is_in_higher ? entry | entry >> 8 : entry * factor);
    }
  }
}

}  // namespace

GreyOfColour grey_of_colour(const Samples& samples, const PixelFormat& format) {
  const bool is_ybr = format.photometric != Photometric::rgb && !samples.is_rgb;
  GreyOfColour grey = grey_as(is_ybr, samples, format);
  if (grey.colourfulness <= kGrey || samples.is_packed_422) return grey;
  GreyOfColour otherwise = grey_as(!is_ybr, samples, format);
  // A tinted film is as colourful either way.
  if (otherwise.colourfulness > kGrey || 4 * otherwise.colourfulness > grey.colourfulness)
    return grey;
  otherwise.is_reread = true;
  return otherwise;
}

Result<GreyOfColour> grey_of_palette(const DataSet& data, const Samples& samples,
                                     const PixelFormat& format) {
  Palettes palettes;
  for (std::size_t i = 0; i < palettes.size(); ++i) {
    auto palette = read_palette(data, kPaletteDescriptors[i], kPaletteTables[i]);
    if (!palette) return tl::unexpected(palette.error());
    palettes[i] = std::move(*palette);
  }
  widen_bytes(palettes);
  GreyOfColour grey;
  grey.pixels.resize(format.pixels());
  double sum = 0;
  for (std::size_t i = 0; i < grey.pixels.size(); ++i) {
    const unsigned code = format.code(samples.values[i]);
    const unsigned r = palettes[0].at(code), g = palettes[1].at(code), b = palettes[2].at(code);
    grey.pixels[i] = static_cast<std::uint16_t>(luma(r, g, b));
    sum += spread(r, g, b);
  }
  grey.colourfulness = static_cast<float>(sum / kWhite / static_cast<double>(grey.pixels.size()));
  return grey;
}

}  // namespace thoraxlite
