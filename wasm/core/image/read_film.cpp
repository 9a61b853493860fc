#include "core/image/read_film.h"

#include <algorithm>
#include <optional>

#include "core/image/decode.h"
#include "core/image/prepare.h"

namespace thoraxlite {
namespace {

class FilmRows : public RowSink {
 public:
  explicit FilmRows(int size) : size_(size) {}

  void begin(int width, int height, std::uint16_t max_value) override {
    film_.width = width;
    film_.height = height;
    film_.max_value = max_value;
    film_.darkest = max_value;
    average_.emplace(width, height, max_value, size_);
  }
  void add_row(const std::uint8_t* grey) override { add(grey); }
  void add_row(const std::uint16_t* grey) override { add(grey); }
  void add_rows(const std::uint8_t* grey, std::size_t stride, int count) override {
    for (int y = 0; y < count; ++y) add_extremes(grey + static_cast<std::size_t>(y) * stride);
    average_->add_rows(grey, stride, count);
  }

  Film finish() {
    film_.pixels = average_->finish();
    return std::move(film_);
  }

 private:
  template <class Pixel>
  void add(const Pixel* grey) {
    add_extremes(grey);
    average_->add_row(grey);
  }

  template <class Pixel>
  void add_extremes(const Pixel* grey) {
    // Of the row's own type, so that it takes sixteen pixels at a time.
    Pixel darkest = grey[0];
    Pixel brightest = grey[0];
    for (int x = 0; x < film_.width; ++x) {
      darkest = std::min(darkest, grey[x]);
      brightest = std::max(brightest, grey[x]);
    }
    film_.darkest = std::min<std::uint16_t>(film_.darkest, darkest);
    film_.brightest = std::max<std::uint16_t>(film_.brightest, brightest);
  }

  int size_;
  Film film_;
  std::optional<AreaAverage> average_;
};

}  // namespace

Result<Film> read_film(ByteView file, int size, DecodeMemory& memory) {
  FilmRows rows(size);
  const Result<DecodedRows> decoded = decode_rows(file, rows, memory);
  memory.end_film();
  if (!decoded) return tl::unexpected(decoded.error());
  Film film = rows.finish();
  film.colourfulness = decoded->colourfulness;
  const Orientation orientation = decoded->orientation;
  if (!orientation.is_upright()) {
    // The average of a turned picture is the turned average, exactly: its sums are of whole
    // numbers.
    film.pixels = upright(film.pixels, size, size, orientation);
    if (orientation.is_transposed) std::swap(film.width, film.height);
    film.was_turned = true;
  }
  return film;
}

Result<Film> read_film(ByteView file, int size) {
  DecodeMemory memory;
  return read_film(file, size, memory);
}

Film to_film(const GreyImage& image, int size) {
  FilmRows rows(size);
  rows.begin(image.width, image.height, image.max_value);
  for (int y = 0; y < image.height; ++y) {
    rows.add_row(image.pixels.data() + static_cast<std::size_t>(y) * image.width);
  }
  return rows.finish();
}

}  // namespace thoraxlite
