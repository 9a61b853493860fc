// The small golden files of the repository, which need no LibTorch, and that a difference is seen.
#include <doctest/doctest.h>

#include <cmath>
#include <cstdint>
#include <fstream>
#include <iterator>
#include <limits>
#include <string>
#include <vector>

#include "golden.h"

using namespace thoraxlite;
using namespace thoraxlite::parity;

namespace {

std::vector<std::uint8_t> read_bytes(const std::string& name) {
  std::ifstream in(std::string(GOLDEN_FOLDER) + "/" + name, std::ios::binary);
  return {std::istreambuf_iterator<char>(in), {}};
}

struct Pair {
  Model model;
  Golden golden;
};

Pair read_pair(const std::string& stem) {
  const auto model_bytes = read_bytes(stem + ".safetensors");
  auto model = load_model({model_bytes.data(), model_bytes.size()});
  REQUIRE_MESSAGE(model.has_value(), stem);
  const auto golden_bytes = read_bytes(stem + "-golden.safetensors");
  auto golden = read_golden({golden_bytes.data(), golden_bytes.size()}, *model);
  REQUIRE_MESSAGE(golden.has_value(), stem);
  return {std::move(*model), std::move(*golden)};
}

std::vector<LayerDifference> compare_with(const Pair& pair, EngineKind kind) {
  auto engine = make_engine(pair.model, kind);
  REQUIRE(engine.has_value());
  auto layers = compare(**engine, pair.golden);
  REQUIRE(layers.has_value());
  return *layers;
}

}  // namespace

TEST_CASE("every engine gives LibTorch's value in every layer") {
  for (const char* stem : {"stride1", "stride2", "half"}) {
    const Pair pair = read_pair(stem);
    for (const EngineKind kind : engines_built_in()) {
      // Its 12 channels are no multiple of any tile.
      if (kind == EngineKind::simd && stem == std::string("half")) continue;
      CAPTURE(stem);
      CAPTURE(to_string(kind));
      const auto layers = compare_with(pair, kind);
      CHECK(layers.size() == 9);
      for (const LayerDifference& layer : layers) {
        CAPTURE(layer.name);
        CAPTURE(layer.largest);
        CAPTURE(layer.report);
        CAPTURE(pair.golden.command);
        CHECK(layer.holds());
      }
    }
  }
}

TEST_CASE("a value that is off is named by its layer and place, and only there") {
  Pair pair = read_pair("stride1");
  NodeOutput& layer = pair.golden.layers[2];
  REQUIRE(layer.name == "conv2");
  const std::size_t index = (std::size_t{3} * layer.shape.width + 5) * layer.shape.channels + 6;
  layer.values[index] += 0.01f;
  for (const LayerDifference& difference : compare_with(pair, EngineKind::reference)) {
    CAPTURE(difference.name);
    CHECK(difference.holds() == (difference.name != "conv2"));
    if (!difference.holds()) {
      CHECK(difference.largest == doctest::Approx(0.01).epsilon(0.01));
      CHECK(difference.report.find("y 3, x 5, channel 6") != std::string::npos);
    }
  }
}

TEST_CASE("a wrong weight and a value that is not a number are seen") {
  Pair wrong = read_pair("stride2");
  wrong.model.nodes[4].weight[7] += 0.01f;
  const auto differences = compare_with(wrong, EngineKind::reference);
  CHECK(differences[3].holds());
  CHECK_FALSE(differences[4].holds());

  Pair broken = read_pair("stride1");
  broken.golden.layers.back().values[1] = std::numeric_limits<float>::quiet_NaN();
  const auto logits = compare_with(broken, EngineKind::reference).back();
  CHECK_FALSE(logits.holds());
  CHECK(std::isnan(logits.largest));
}

TEST_CASE("a golden file of another network is refused") {
  const Pair pair = read_pair("stride1");
  const auto other = read_bytes("stride2-golden.safetensors");
  const auto golden = read_golden({other.data(), other.size()}, pair.model);
  REQUIRE_FALSE(golden.has_value());
  CHECK(golden.error().message.find("conv1") != std::string::npos);

  const auto model = read_bytes("stride1.safetensors");
  CHECK_FALSE(read_golden({model.data(), model.size()}, pair.model).has_value());
  CHECK_FALSE(read_golden({}, pair.model).has_value());
}
