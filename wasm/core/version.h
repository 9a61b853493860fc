// Which ThoraxLite this is: CMake's project(VERSION), and the commit that was built.
#pragma once

namespace thoraxlite {

// "0.1.0 (c53e8087b2b1)"; "-dirty" behind the commit where files differed from it; "0.1.0" alone
// where the sources lay in no git checkout.
const char* version();

// The commit alone, or "unknown".
const char* revision();

}  // namespace thoraxlite
