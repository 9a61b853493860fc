// Readable images that no score may be given for.
#pragma once

#include <optional>
#include <string>

#include "core/image/grey_image.h"

namespace thoraxlite {

// A film this small shows no lung structure; training images were at least this large.
inline constexpr int kMinImageSide = 64;  // pixels

// One sentence, or nothing where the image may be scored.
std::optional<std::string> reason_to_refuse(const GreyImage& image);

}  // namespace thoraxlite
