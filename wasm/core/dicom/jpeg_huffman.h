// The kinds of JPEG that are in DICOM and not in pictures (core/image/decode.h): lossless (ITU-T
// T.81 annex H, 2 to 16 bits) and sequential of 12 bits (annex F). Own code: what reads them in
// DCMTK and for JavaScript goes on with invented pixels where the data ends or a code is wrong;
// this one says so, and is the same natively and in the page.
#pragma once

#include "core/dicom/codestream.h"
#include "core/dicom/samples.h"

namespace thoraxlite {

// header: what read_jpeg_codestream gave for these bytes. Lossless in one component or three,
// sampled alike; 12 bits in one. Errors: coded otherwise, damaged, or truncated.
Result<Samples> decode_jpeg_by_huffman(ByteView bytes, const Codestream& header);

}  // namespace thoraxlite
