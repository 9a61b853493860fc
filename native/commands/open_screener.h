// A model file as the core opens it.
#pragma once

#include <string>

#include "core/screener.h"

namespace thoraxlite {

// sha256: of the file, in lower-case hex. Throws std::runtime_error with the reason if the core
// refuses it.
Screener open_screener(ByteView model_file, const std::string& sha256);

}  // namespace thoraxlite
