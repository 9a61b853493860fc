#include "core/version.h"

#include "revision.h"

namespace thoraxlite {

const char* version() {
  return THORAXLITE_VERSION;
}

const char* revision() {
  return THORAXLITE_REVISION;
}

}  // namespace thoraxlite
