// What an image file claims to be.
#pragma once

#include "core/result.h"

namespace thoraxlite {

enum class ImageFormat { jpeg, png };

// By the file's first bytes. Errors: empty, or another format, named where those bytes tell.
Result<ImageFormat> read_format(ByteView file);

}  // namespace thoraxlite
