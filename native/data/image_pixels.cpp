#include "data/image_pixels.h"

#include <cmath>

#include "core/dicom/is_dicom.h"
#include "core/image/prepare.h"
#include "data/file_bytes.h"

namespace thoraxlite {
namespace {

void store(const std::vector<float>& resized, std::uint8_t* pixels) {
  for (std::size_t i = 0; i < resized.size(); ++i) {
    pixels[i] = static_cast<std::uint8_t>(std::lround(resized[i] * 255.0f));
  }
}

}  // namespace

const DicomReader& dicom_reader() {
  static const DicomReader reader;
  return reader;
}

Result<FilmFile> read_film_file(ByteView file, int size) {
  if (is_dicom(file)) {
    const Result<DicomFilm> read = dicom_reader().read(file);
    if (!read) return tl::unexpected(read.error());
    FilmFile result{to_film(read->image, size), read->facts};
    result.film.colourfulness = read->facts.colourfulness;
    return result;
  }
  Result<Film> film = read_film(file, size);
  if (!film) return tl::unexpected(film.error());
  FilmFile result{std::move(*film), {}};
  result.facts.colourfulness = result.film.colourfulness;
  return result;
}

void store_pixels(const GreyImage& image, int size, std::uint8_t* pixels) {
  store(resize_area(image, size), pixels);
}

void store_pixels(const Film& film, std::uint8_t* pixels) {
  store(film.pixels, pixels);
}

Result<void> read_pixels(const std::filesystem::path& file, int size, std::uint8_t* pixels) {
  const auto bytes = read_file(file);
  if (!bytes) return tl::unexpected(bytes.error());
  const Result<FilmFile> read = read_film_file(view(*bytes), size);
  if (!read) return tl::unexpected(read.error());
  store_pixels(read->film, pixels);
  return {};
}

}  // namespace thoraxlite
