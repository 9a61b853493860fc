#include "commands/screen_file.h"

#include "core/dicom/is_dicom.h"
#include "data/file_bytes.h"
#include "data/image_pixels.h"

namespace thoraxlite {

Screening screen_file(Screener& screener, const std::string& path) {
  const auto bytes = read_file(path);
  if (!bytes) return screener.no_result(path, bytes.error().message);
  if (!is_dicom(view(*bytes))) return screener.screen(path, view(*bytes), /*show_anyway=*/true);
  const Result<DicomFilm> film = dicom_reader().read(view(*bytes));
  if (!film) return screener.no_result(path, film.error().message);
  return screener.screen(path, film->image, film->facts, /*show_anyway=*/true);
}

}  // namespace thoraxlite
