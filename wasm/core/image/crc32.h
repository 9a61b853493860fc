// CRC-32 as PNG has it (ISO 3309; W3C PNG specification, section 5.5).
#pragma once

#include "core/result.h"

namespace thoraxlite {

std::uint32_t crc32(ByteView bytes);

}  // namespace thoraxlite
