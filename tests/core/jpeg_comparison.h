// What the core makes of a JPEG file against libjpeg-turbo.
#pragma once

#include <string>

#include "libjpeg_oracle.h"

namespace thoraxlite {

// Empty where both refuse the file, or both give the same samples; else what differs. The core may
// refuse what libjpeg-turbo passes over: coefficients beyond the end of a block or of a scan's
// band, bytes before a restart marker, a second scan of a component. How many bytes behind a scan
// belong to no pixel it counts exactly, where the library leaves out what it has read ahead.
// was_stricter: set where the core refused for such a reason what the library takes.
std::string compare_with_libjpeg(const std::uint8_t* bytes, std::size_t size, OracleDct dct,
                                 bool* was_stricter = nullptr);

}  // namespace thoraxlite
