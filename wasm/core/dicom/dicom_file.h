// A DICOM file's bytes to its data set, and what kind of object it is.
#pragma once

#include "core/dicom/data_set.h"
#include "core/dicom/transfer_syntax.h"

namespace thoraxlite {

struct DicomFile {
  std::vector<std::uint8_t> inflated;  // of a deflated file; then the data set points into it
  DataSet data;
  TransferSyntax syntax;
  bool is_syntax_said = false;   // by meta information
  bool is_syntax_wrong = false;  // the data set is written in another way than the file says
  bool has_bytes_left = false;   // behind its pixels
};

// The file must outlive what comes of it. Errors: not DICOM; damaged or truncated; a transfer
// syntax that is not read; an object that holds no image, named as what it is.
Result<DicomFile> open_dicom(ByteView file);

}  // namespace thoraxlite
