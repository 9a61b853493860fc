#include "commands/open_screener.h"

#include <stdexcept>
#include <utility>

namespace thoraxlite {

Screener open_screener(ByteView model_file, const std::string& sha256) {
  Result<Screener> screener = Screener::open(model_file, sha256, EngineKind::automatic);
  if (!screener) throw std::runtime_error("the model is refused: " + screener.error().message);
  return std::move(*screener);
}

}  // namespace thoraxlite
