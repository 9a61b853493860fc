// A dataset's file through the core: JPEG, PNG or DICOM.
#pragma once

#include <string>

#include "core/screener.h"

namespace thoraxlite {

// Never throws what the file's content is to blame for: a file that cannot be read is a screening
// without findings. A refused film is scored all the same.
Screening screen_file(Screener& screener, const std::string& path);

}  // namespace thoraxlite
