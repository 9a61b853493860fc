// A DICOM file's bytes to grey pixels at full depth. Every byte is taken as hostile.
#pragma once

#include "core/dicom/dicom_film.h"

namespace thoraxlite {

// The first frame, by the first VOI LUT or window, or else by the image's full range, as the page
// does (web/README.md): core/dicom reads the file, what it has no decoder for goes to others'
// libraries. Those are held to their memory by fuzzing only; DicomReader (dicom_reader.h) runs all
// of this where a fault ends nothing else. Errors: those of core/dicom, and out of memory.
Result<DicomFilm> read_dicom(ByteView file);

}  // namespace thoraxlite
