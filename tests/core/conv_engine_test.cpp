// The simd engine for networks of nothing but conv2d, concat and upsample2d against plain loops,
// with all kernels that this processor runs.
#include <doctest/doctest.h>

#include <limits>

#include "core/engine/engine.h"
#include "core/engine/simd/targets.h"
#include "made_models.h"
#include "made_networks.h"
#include "naive_network.h"
#include "simd_bound.h"

using namespace thoraxlite;

namespace {

std::vector<float> random_input(const Model& model, std::mt19937& random) {
  return random_weights(static_cast<std::size_t>(model.card.input.size) * model.card.input.size, 1,
                        random);
}

void check_against_loops(const Model& model, std::mt19937& random) {
  CAPTURE(shown(model));
  // Several pictures, since an engine must not carry anything from one to the next.
  const std::vector<float> pictures[] = {random_input(model, random), random_input(model, random)};
  const std::vector<NodeOutput> expected[] = {naive_outputs(model, pictures[0]),
                                              naive_outputs(model, pictures[1])};
  for (const Kernels* kernels : kernels_of_this_processor()) {
    CAPTURE(kernels->name);
    const auto engine =
        make_simd_engine(model.nodes, square_input(model.card.input.size), 1, *kernels);
    REQUIRE_MESSAGE(engine.has_value(), engine.error().message);
    CHECK((*engine)->kind() == EngineKind::simd);
    for (int picture = 0; picture < 2; ++picture) {
      std::vector<NodeOutput> outputs;
      const auto seen = (*engine)->run(pictures[picture], &outputs);
      REQUIRE_MESSAGE(seen.has_value(), seen.error().message);
      REQUIRE(outputs.size() == expected[picture].size());
      for (std::size_t i = 0; i < outputs.size(); ++i) {
        CAPTURE(outputs[i].name);
        const NodeOutput& looped = expected[picture][i];
        REQUIRE(outputs[i].name == looped.name);
        REQUIRE(largest_difference(outputs[i].values, looped.values) <= simd_bound(looped.values));
      }
      CHECK(*seen == outputs.back().values);
      CHECK((*engine)->run(pictures[picture]).value() == *seen);
      CHECK((*engine)->last_map().values == nullptr);
    }
  }
}

// Down by strides and up again, each step joined with the map of its size.
Model made_outline_network(int size, const std::vector<int>& channels, std::mt19937& random) {
  Model model;
  model.card.input.size = size;
  for (const int count : channels) append_conv(model, count, 3, 2, 1, true, random);
  const int steps = static_cast<int>(channels.size());
  for (int step = steps - 2; step >= 0; --step) {
    append_upsample(model, 2);
    append_concat(model, {static_cast<int>(model.nodes.size()) - 1, step});
    append_conv(model, channels[step], 3, 1, 1, true, random);
  }
  append_conv(model, 1, 1, 1, 0, false, random);
  return model;
}

}  // namespace

TEST_CASE("convolutions agree with plain loops at odd sizes and channels") {
  std::mt19937 random(31);
  for (const int size : {1, 2, 3, 7, 8, 15, 17}) {
    for (const int in : {1, 2, 7, 8, 9, 16, 17, 33}) {
      for (const int out : {1, 3, 8, 15, 16, 31, 33, 64}) {
        if (in * out > 1000 && size > 8) continue;
        Model model;
        model.card.input.size = size;
        append_conv(model, in, 3, 1 + out % 2, 1, true, random);
        append_conv(model, out, in % 2 == 0 ? 1 : 3, 1, in % 2 == 0 ? 0 : 1, out > 8, random);
        check_against_loops(model, random);
      }
    }
  }
}

TEST_CASE("networks that draw an outline agree with plain loops") {
  std::mt19937 random(32);
  for (const std::vector<int>& channels :
       {std::vector<int>{8, 16, 16}, {16, 32, 32, 32}, {5, 9, 13}, {1, 2}}) {
    check_against_loops(made_outline_network(48, channels, random), random);
  }
  check_against_loops(made_outline_network(112, {8, 16, 24, 32}, random), random);
}

TEST_CASE("random networks of convolutions, joined and upsampled, agree with plain loops") {
  std::mt19937 random(33);
  for (int i = 0; i < 200; ++i) check_against_loops(random_conv_network(random), random);
}

TEST_CASE("numbers of one picture that are not finite do not stay for the next") {
  std::mt19937 random(34);
  const Model model = made_outline_network(24, {9, 12, 16}, random);
  const std::vector<float> input = random_input(model, random);
  for (const Kernels* kernels : kernels_of_this_processor()) {
    const auto engine = make_simd_engine(model.nodes, square_input(24), 1, *kernels).value();
    const std::vector<float> before = engine->run(input).value();
    engine->run(std::vector<float>(input.size(), std::numeric_limits<float>::infinity())).value();
    CHECK(engine->run(input).value() == before);
  }
}

TEST_CASE("automatic runs such a network by the simd engine, whatever its channels") {
  std::mt19937 random(35);
  const Model model = made_outline_network(16, {3, 5}, random);
  const auto engine = make_engine(model.nodes, 16, EngineKind::automatic).value();
  CHECK(engine->kind() == EngineKind::simd);
  CHECK(engine->run(random_input(model, random)).value().size() == 8 * 8);
  CHECK(engine->run(std::vector<float>(255)).error().message ==
        "The input has 255 values; expected 256.");
}

TEST_CASE("what costs more than it should is refused, and automatic takes another engine") {
  std::mt19937 random(36);
  const auto refusal = [](const Model& model) {
    const auto engine = make_simd_engine(model.nodes, square_input(model.card.input.size), 1);
    return engine ? "none" : engine.error().message;
  };
  Model thrice;
  thrice.card.input.size = 4;
  append_upsample(thrice, 3);
  CHECK(refusal(thrice) ==
        "The simd engine cannot run node \"up0\": it doubles maps, once or more often.");
  CHECK((*make_engine(thrice, EngineKind::automatic))->kind() != EngineKind::simd);

  // Every concat joins all that the last two did: 2, 3, 5, 8, 13, 21, 34, 55 maps.
  Model joined;
  joined.card.input.size = 1;
  append_conv(joined, 1, 1, 1, 0, false, random);
  append_concat(joined, {0, -1});
  for (int i = 0; i <= 6; ++i) append_concat(joined, {i + 1, i});
  append_concat(joined, {8, 4, -1});
  CHECK(refusal(joined) == "none");
  joined.nodes.pop_back();
  append_concat(joined, {8, 4, -1, 0});
  CHECK(refusal(joined) == "The simd engine cannot run node \"concat9\": it joins too many maps.");

  Model wide;
  wide.card.input.size = 1;
  append_conv(wide, 1024, 1, 1, 0, false, random);
  append_conv(wide, 1, 8, 1, 4, false, random);
  CHECK(refusal(wide) == "none");
  wide.nodes.pop_back();
  append_conv(wide, 1, 9, 1, 4, false, random);
  CHECK(refusal(wide) ==
        "The simd engine cannot run node \"conv1\": its window holds too many values.");
}
