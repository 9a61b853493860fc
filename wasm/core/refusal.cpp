#include "core/refusal.h"

#include <algorithm>
#include <functional>

namespace thoraxlite {

std::optional<std::string> reason_to_refuse(const GreyImage& image) {
  if (image.width < kMinImageSide || image.height < kMinImageSide) {
    return "The image is too small to be read: " + std::to_string(image.width) + " x " +
           std::to_string(image.height) + " pixels; expected at least " +
           std::to_string(kMinImageSide) + " a side.";
  }
  const bool is_blank = std::adjacent_find(image.pixels.begin(), image.pixels.end(),
                                           std::not_equal_to<>()) == image.pixels.end();
  if (is_blank) return "The image is blank: all of its pixels are equal.";
  return std::nullopt;
}

}  // namespace thoraxlite
