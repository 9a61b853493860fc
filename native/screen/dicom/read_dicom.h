// A DICOM file's bytes to grey pixels at full depth, by DCMTK. Every byte is taken as hostile.
#pragma once

#include "core/image/grey_image.h"
#include "core/result.h"
#include "core/screener.h"

namespace thoraxlite {

struct DicomFilm {
  GreyImage image;  // 16 bits
  FilmFacts facts;
  std::string study_uid, sop_uid;  // empty where the file does not say
};

// The first frame, by the first VOI LUT or window, or else by the image's full range; all but
// JPEG 2000 of what the page reads, in the same way (web/README.md). Errors: not DICOM, damaged,
// without an image, a transfer syntax that DCMTK does not read (by UID and name), over the limits
// of core/image/decode.h, attributes that are missing or not as PS3.3 has them; and every file
// where this program was built without DCMTK.
Result<DicomFilm> read_dicom(ByteView file);

}  // namespace thoraxlite
