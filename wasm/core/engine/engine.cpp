// The one place that knows which engines there are. THORAXLITE_SIMD, THORAXLITE_XNNPACK and
// THORAXLITE_REFERENCE say which of them a program has.
#include "core/engine/engine.h"

namespace thoraxlite {
namespace {

Result<std::unique_ptr<Engine>> make_built_in(const std::vector<Node>& nodes, const Shape& input,
                                              EngineKind kind, int threads) {
#ifdef THORAXLITE_SIMD
  if (kind == EngineKind::simd) return make_simd_engine(nodes, input, threads);
#endif
#ifdef THORAXLITE_XNNPACK
  if (kind == EngineKind::xnnpack) return make_xnnpack_engine(nodes, input);
#endif
#ifdef THORAXLITE_REFERENCE
  if (kind == EngineKind::reference) return make_reference_engine(nodes, input);
#endif
  (void)nodes;
  (void)input;
  (void)threads;
  return fail("The " + std::string(to_string(kind)) + " engine is not part of this build.");
}

}  // namespace

Result<EngineKind> parse_engine_kind(const std::string& name) {
  for (const EngineKind kind :
       {EngineKind::automatic, EngineKind::simd, EngineKind::xnnpack, EngineKind::reference}) {
    if (name == to_string(kind)) return kind;
  }
  return fail("There is no engine \"" + name + "\"; expected auto, simd, xnnpack or reference.");
}

const char* to_string(EngineKind kind) {
  switch (kind) {
    case EngineKind::automatic:
      return "auto";
    case EngineKind::simd:
      return "simd";
    case EngineKind::xnnpack:
      return "xnnpack";
    case EngineKind::reference:
      return "reference";
  }
  return "";
}

std::vector<EngineKind> engines_built_in() {
  return {
#ifdef THORAXLITE_SIMD
      EngineKind::simd,
#endif
#ifdef THORAXLITE_XNNPACK
      EngineKind::xnnpack,
#endif
#ifdef THORAXLITE_REFERENCE
      EngineKind::reference,
#endif
  };
}

Result<std::unique_ptr<Engine>> make_engine(const std::vector<Node>& nodes, const Shape& input,
                                            EngineKind kind, int threads) {
  if (kind != EngineKind::automatic) return make_built_in(nodes, input, kind, threads);
  Result<std::unique_ptr<Engine>> engine = fail("This build has no engine.");
  for (const EngineKind built_in : engines_built_in()) {
    engine = make_built_in(nodes, input, built_in, threads);
    if (engine) break;
  }
  return engine;
}

std::optional<int> source_of_last_map(const std::vector<Node>& nodes) {
  for (auto node = nodes.rbegin(); node != nodes.rend(); ++node) {
    if (node->op == Op::global_average_pool) return node->inputs.front();
  }
  return std::nullopt;
}

}  // namespace thoraxlite
