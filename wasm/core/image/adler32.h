// Adler-32, the checksum of inflated bytes (RFC 1950, section 8.2).
#pragma once

#include "core/result.h"

namespace thoraxlite {

std::uint32_t adler32(ByteView bytes);

}  // namespace thoraxlite
