// What a compressed frame says of itself, read before a decoder sees it: a decoder allocates what
// its own header says, and that must be what the data set says; and it may make up what is missing.
#pragma once

#include "core/dicom/pixel_format.h"
#include "core/dicom/transfer_syntax.h"

namespace thoraxlite {

struct Codestream {
  int width = 0;
  int height = 0;
  int components = 0;
  int precision = 0;     // bits of a sample
  int process = 0;       // of JPEG and JPEG-LS: the code of the start-of-frame marker, 0xc0 to 0xf7
  std::size_t size = 0;  // up to and with its end marker; what stands behind belongs to nothing
};

// What the first bytes are: JPEG, JPEG-LS and JPEG 2000 can be told apart. Nothing where they are
// none of those.
std::optional<Coding> coding_of(ByteView bytes);

// JPEG (ITU-T T.81 B.2) and JPEG-LS (T.87 C.2), which have the same segments, or JPEG 2000 (T.800
// A.4, A.5), whose tile parts must all be there whole; it may lie in the boxes of a JP2 file.
// Errors: damaged or truncated; another size, or other components or bits, than the data set says.
Result<Codestream> read_codestream(Coding coding, ByteView bytes, const PixelFormat& format);

// "JPEG-LS"; of a frame, for sentences.
const char* name_of(Coding coding);

// "The JPEG image inside the DICOM file is damaged or truncated."
tl::unexpected<Error> damaged_image(const char* name);

}  // namespace thoraxlite
