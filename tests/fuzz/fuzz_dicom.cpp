// read_dicom on any bytes: a whole film, or a sentence.
#include <cstdlib>

#include "dicom/read_dicom.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const auto film = thoraxlite::read_dicom({data, size});
  if (!film) {
    if (film.error().message.empty()) std::abort();
    return 0;
  }
  const auto& image = film->image;
  if (image.pixels.size() != std::size_t(image.width) * std::size_t(image.height)) std::abort();
  return 0;
}
