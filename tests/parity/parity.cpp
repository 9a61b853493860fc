// parity MODEL GOLDEN: every engine that is built in, layer by layer, against LibTorch's values.
// Says which engine, which layer and which values are off, and how to make new golden files.
// Exit code 0: all within the bounds, 1: not, 2: the files could not be used.
#include <cstdint>
#include <cstdio>
#include <fstream>
#include <iterator>
#include <string>
#include <vector>

#include "golden.h"

namespace {

using namespace thoraxlite;

using Bytes = std::vector<std::uint8_t>;

Bytes read_bytes(const char* file) {
  std::ifstream in(file, std::ios::binary);
  return {std::istreambuf_iterator<char>(in), {}};
}

int unusable(const std::string& what, const Error& error) {
  std::fprintf(stderr, "parity: %s: %s\n", what.c_str(), error.message.c_str());
  return 2;
}

}  // namespace

int main(int argc, char** argv) {
  if (argc != 3) {
    std::fprintf(stderr, "usage: parity MODEL GOLDEN\n");
    return 2;
  }
  const Bytes model_bytes = read_bytes(argv[1]);
  const Result<Model> model = load_model({model_bytes.data(), model_bytes.size()});
  if (!model) return unusable(argv[1], model.error());
  const Bytes golden_bytes = read_bytes(argv[2]);
  const Result<parity::Golden> golden =
      parity::read_golden({golden_bytes.data(), golden_bytes.size()}, *model);
  if (!golden) return unusable(argv[2], golden.error());

  bool holds = true;
  for (const EngineKind kind : engines_built_in()) {
    auto engine = make_engine(*model, kind);
    if (!engine && kind == EngineKind::simd) {
      std::printf("%-10s does not take part: %s\n", to_string(kind),
                  engine.error().message.c_str());
      continue;
    }
    if (!engine) return unusable(to_string(kind), engine.error());
    const auto layers = parity::compare(**engine, *golden);
    if (!layers) return unusable(to_string(kind), layers.error());
    for (const parity::LayerDifference& layer : *layers) {
      std::printf("%-10s %-12s differs by %.2e, allowed %.2e%s\n%s", to_string(kind),
                  layer.name.c_str(), layer.largest, layer.bound, layer.holds() ? "" : "  FAILED",
                  layer.report.c_str());
      holds = holds && layer.holds();
    }
  }
  if (!holds) {
    std::printf("If LibTorch's values are what has to change, make them anew:\n  %s\n",
                golden->command.c_str());
  }
  return holds ? 0 : 1;
}
