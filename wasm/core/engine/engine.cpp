// The one place that knows which engines there are.
#include "core/engine/engine.h"

namespace thoraxlite {

Result<EngineKind> parse_engine_kind(const std::string& name) {
  for (const EngineKind kind :
       {EngineKind::automatic, EngineKind::reference, EngineKind::xnnpack}) {
    if (name == to_string(kind)) return kind;
  }
  return fail("There is no engine \"" + name + "\"; expected auto, xnnpack or reference.");
}

const char* to_string(EngineKind kind) {
  switch (kind) {
    case EngineKind::automatic:
      return "auto";
    case EngineKind::reference:
      return "reference";
    case EngineKind::xnnpack:
      return "xnnpack";
  }
  return "";
}

std::optional<int> source_of_last_map(const std::vector<Node>& nodes) {
  for (auto node = nodes.rbegin(); node != nodes.rend(); ++node) {
    if (node->op == Op::global_average_pool) return node->inputs.front();
  }
  return std::nullopt;
}

Result<std::unique_ptr<Engine>> make_engine(const Model& model, EngineKind kind) {
#ifdef THORAXLITE_XNNPACK
  if (kind != EngineKind::reference) return make_xnnpack_engine(model);
#else
  if (kind == EngineKind::xnnpack) return fail("The xnnpack engine is not part of this build.");
#endif
  return make_reference_engine(model);
}

}  // namespace thoraxlite
