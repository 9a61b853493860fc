#include "core/image/read_film.h"

#include <algorithm>

#include "core/image/decode.h"
#include "core/image/prepare.h"

namespace thoraxlite {

Result<Film> read_film(ByteView file, int size) {
  const Result<ColourImage> image = decode_colour_image(file);
  if (!image) return tl::unexpected(image.error());
  Film film = to_film(image->grey, size);
  film.colourfulness = image->colourfulness;
  return film;
}

Film to_film(const GreyImage& image, int size) {
  const auto [darkest, brightest] = std::minmax_element(image.pixels.begin(), image.pixels.end());
  return {image.width, image.height, image.max_value,         0,
          *darkest,    *brightest,   resize_area(image, size)};
}

}  // namespace thoraxlite
