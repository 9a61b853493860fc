#include "dicom/read_dicom.h"

namespace thoraxlite {

Result<DicomFilm> read_dicom(ByteView) {
  return fail("This is a DICOM file, and this cxr-screen was built without DCMTK, which reads it.");
}

}  // namespace thoraxlite
