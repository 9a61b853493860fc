// SHA-256 in lower-case hex, by OpenSSL.
#pragma once

#include <string>

#include "core/result.h"

namespace thoraxlite {

std::string sha256_hex(ByteView bytes);

}  // namespace thoraxlite
