// By tools/licences/write.mjs, for each program its own.
#pragma once

namespace thoraxlite {

// The licence of this program, the notices of all that is linked into it, and where those of its
// shared libraries stand. UTF-8.
const char* licences();

}  // namespace thoraxlite
