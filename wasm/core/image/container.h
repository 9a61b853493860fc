// What an image file claims to be, read from its outer structure before a decoder sees a byte: a
// decoder may make up what is missing.
#pragma once

#include "core/image/exif.h"
#include "core/result.h"

namespace thoraxlite {

enum class ImageFormat { jpeg, png };

// By the file's first bytes. Errors: empty, or another format, named where those bytes tell.
Result<ImageFormat> read_format(ByteView file);

struct ImageSize {
  int width = 0;            // pixels as stored, above 0
  int height = 0;           // pixels as stored, above 0
  Orientation orientation;  // how they come upright
  std::size_t padding = 0;  // bytes of 0 before the end-of-image marker
};

// Errors: a kind of JPEG that is not decoded faithfully, truncated, or damaged.
Result<ImageSize> read_jpeg_container(ByteView file);

}  // namespace thoraxlite
