// Readable images that no score may be given for.
#pragma once

#include <optional>
#include <string>

#include "core/image/grey_image.h"

namespace thoraxlite {

enum class RefusalType {
  blank,
  too_small,
  underexposed,
  overexposed,
  inverted,
  lateral,
  not_a_chest_film,
  colour,
  child
};

const char* to_string(RefusalType type);  // as the enumerator is written

struct Refusal {
  RefusalType type = RefusalType::blank;
  std::string message;  // one sentence
};

// A film this small shows no lung structure; training images were at least this large.
inline constexpr int kMinImageSide = 64;  // pixels

// Nothing where the image may be scored.
std::optional<Refusal> reason_to_refuse(const GreyImage& image);

}  // namespace thoraxlite
