// Whether a file is DICOM, by its content; the page's web/src/dicom/is_dicom.ts has the same rule.
#pragma once

#include "core/result.h"

namespace thoraxlite {

// Part 10 files (PS3.10 7.1) have "DICM" behind a preamble of 128 bytes. Some programs leave both
// away: such a file begins with an element of its meta information (group 0002) or with one of
// group 0008, in the way that every data set with an image does. Little endian only. The first 132
// bytes are enough.
bool is_dicom(ByteView file);

}  // namespace thoraxlite
