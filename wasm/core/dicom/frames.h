// One frame of PixelData: PS3.5 8 and A.4.
#pragma once

#include "core/dicom/dicom_file.h"
#include "core/dicom/pixel_format.h"
#include "core/dicom/samples.h"

namespace thoraxlite {

// How many frames are there, at most as many as the file says; at least one. Errors: not even one;
// pixels that are compressed where the file says that they are not, and the other way round.
Result<int> count_frames(const DicomFile& file, const PixelFormat& format);

// A compressed frame, whole.
struct FrameBytes {
  Coding coding = Coding::jpeg;
  std::vector<std::uint8_t> joined;  // of several fragments
  ByteView bytes;                    // of the file, or of `joined`
};

// Errors: fragments that cannot be told apart, an offset table that leads nowhere, a stream of
// another kind than the file says.
Result<FrameBytes> read_frame_bytes(const DicomFile& file, const PixelFormat& format, int frame);

// The samples of an uncompressed frame.
Result<Samples> read_native_frame(const DicomFile& file, const PixelFormat& format, int frame);

// The samples of a compressed frame that needs no other library than the core has: RLE and every
// JPEG but JPEG-LS and JPEG 2000. Errors: damaged or truncated; not what the data set says.
Result<Samples> decode_frame(const FrameBytes& frame, const PixelFormat& format);

}  // namespace thoraxlite
