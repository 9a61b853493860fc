// What an image file claims to be, read from its outer structure before a decoder sees a byte.
// stb_image fills the missing part of a cut-off JPEG with grey and does not check a PNG's
// checksums; such files are refused here.
#pragma once

#include "core/result.h"

namespace thoraxlite {

struct Container {
  enum class Format { jpeg, png } format = Format::jpeg;
  int width = 0;   // pixels, above 0
  int height = 0;  // pixels, above 0
};

// Errors: empty, another format (named where the first bytes tell), a kind of JPEG or PNG that the
// decoder does not read faithfully, truncated, or damaged.
Result<Container> read_container(ByteView file);

// The two formats, once the first bytes have told which.
Result<Container> read_jpeg_container(ByteView file);
Result<Container> read_png_container(ByteView file);

}  // namespace thoraxlite
