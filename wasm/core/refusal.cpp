#include "core/refusal.h"

#include <algorithm>
#include <functional>

namespace thoraxlite {

const char* to_string(RefusalType type) {
  switch (type) {
    case RefusalType::blank:
      return "blank";
    case RefusalType::too_small:
      return "too_small";
    case RefusalType::underexposed:
      return "underexposed";
    case RefusalType::overexposed:
      return "overexposed";
    case RefusalType::inverted:
      return "inverted";
    case RefusalType::lateral:
      return "lateral";
    case RefusalType::not_a_chest_film:
      return "not_a_chest_film";
    case RefusalType::colour:
      return "colour";
    case RefusalType::child:
      break;
  }
  return "child";
}

std::optional<Refusal> reason_to_refuse(const GreyImage& image) {
  if (image.width < kMinImageSide || image.height < kMinImageSide) {
    return Refusal{RefusalType::too_small,
                   "The image is too small to be read: " + std::to_string(image.width) + " x " +
                       std::to_string(image.height) + " pixels; expected at least " +
                       std::to_string(kMinImageSide) + " a side."};
  }
  const bool is_blank = std::adjacent_find(image.pixels.begin(), image.pixels.end(),
                                           std::not_equal_to<>()) == image.pixels.end();
  if (is_blank)
    return Refusal{RefusalType::blank, "The image is blank: all of its pixels are equal."};
  return std::nullopt;
}

}  // namespace thoraxlite
