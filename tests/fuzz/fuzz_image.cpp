// decode_image, resize_area and read_film. Mutated PNGs get their checksums repaired half of the
// time, since the decoder behind the checksums would never be reached otherwise.
#include <algorithm>
#include <cstdlib>

#include "core/image/decode.h"
#include "core/image/prepare.h"
#include "core/image/read_film.h"
#include "made_images.h"

using namespace thoraxlite;

extern "C" std::size_t LLVMFuzzerMutate(std::uint8_t* data, std::size_t size, std::size_t max_size);

namespace {

std::size_t length_at(const std::uint8_t* bytes) {
  return std::size_t{bytes[0]} << 24 | std::size_t{bytes[1]} << 16 | std::size_t{bytes[2]} << 8 |
         bytes[3];
}

void repair_png(std::uint8_t* data, std::size_t size) {
  for (std::size_t position = 8; position + 12 <= size;) {
    const std::size_t length = length_at(data + position);
    if (length > size - position - 12) return;
    const std::uint8_t* type = data + position + 4;
    const Bytes repaired =
        png_chunk(std::string(type, type + 4), Bytes(type + 4, type + 4 + length));
    std::copy(repaired.begin(), repaired.end(), data + position);
    position += repaired.size();
  }
}

}  // namespace

extern "C" std::size_t LLVMFuzzerCustomMutator(std::uint8_t* data, std::size_t size,
                                               std::size_t max_size, unsigned seed) {
  const std::size_t mutated = LLVMFuzzerMutate(data, size, max_size);
  if (seed % 2 == 0 && mutated > 8 && data[0] == 0x89) repair_png(data, mutated);
  return mutated;
}

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const auto image = decode_image({data, size});
  const auto film = read_film({data, size}, 31);
  if (image.has_value() != film.has_value()) std::abort();
  if (!image) {
    if (image.error().message.empty()) std::abort();
    return 0;
  }
  if (image->pixels.size() != std::size_t(image->width) * std::size_t(image->height)) std::abort();
  if (film->pixels != resize_area(*image, 31)) std::abort();
  if (!(film->colourfulness >= 0 && film->colourfulness <= 1)) std::abort();
  for (const float pixel : film->pixels) {
    if (!(pixel >= 0 && pixel <= 1)) std::abort();
  }
  return 0;
}
