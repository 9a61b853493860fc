// In place of the commit's: tests need not be linked anew by each.
#include "core/version.h"

namespace thoraxlite {

const char* version() {
  return "0.0.0 (made)";
}

const char* revision() {
  return "made";
}

}  // namespace thoraxlite
