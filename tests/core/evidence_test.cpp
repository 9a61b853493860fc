#include "core/evidence.h"

#include <doctest/doctest.h>

#include <algorithm>
#include <cmath>
#include <numeric>

#include "made_models.h"
#include "made_networks.h"
#include "naive_network.h"

using namespace thoraxlite;

namespace {

double sum(const std::vector<float>& values) {
  return std::accumulate(values.begin(), values.end(), 0.0);
}

// What is shown of a finding by the definition, from the logits alone.
double shown(const std::vector<float>& logits, std::size_t finding, Activation activation) {
  if (activation == Activation::sigmoid || logits.size() == 1) return logits[finding];
  const double others = sum(logits) - logits[finding];
  return logits[finding] - others / static_cast<double>(logits.size() - 1);
}

// A head of one layer on a map of two channels.
Head small_head() {
  return {{2, 1, 3}, {{2, {1, -2, 3, 0.5f}, {0.25f, -1}, false}}};
}

}  // namespace

TEST_CASE("maps and rest add up to the logit, for any network and every engine") {
  std::mt19937 random(5);
  int networks = 0;
  for (int i = 0; i < 60; ++i) {
    const Model model = random_network(random);
    const int size = model.card.input.size;
    const std::vector<float> input =
        random_weights(static_cast<std::size_t>(size) * size, 1, random);
    const std::optional<Head> head = read_head(model.nodes, size);
    if (!head) continue;  // counted below
    ++networks;
    for (const EngineKind kind : general_engines()) {
      const auto engine = make_engine(model, kind).value();
      const std::vector<float> logits = engine->run(input).value();
      const auto outputs = run_head(*head, engine->last_map());
      REQUIRE(outputs.back().size() == logits.size());
      for (const Activation activation : {Activation::sigmoid, Activation::softmax}) {
        const auto evidence = evidence_maps(*head, engine->last_map(), outputs, activation);
        REQUIRE(evidence.has_value());
        REQUIRE(evidence->maps.size() == logits.size());
        for (std::size_t k = 0; k < logits.size(); ++k) {
          CAPTURE(to_string(kind));
          REQUIRE(std::abs(sum(evidence->maps[k]) + evidence->rest[k] -
                           shown(logits, k, activation)) <= 1e-4);
        }
      }
    }
  }
  CHECK(networks > 30);
}

TEST_CASE("a map is the class activation map of its equation") {
  const float values[] = {1, 0, 0, 2, 4, 1};  // [1, 3, 2]
  const Head head = small_head();
  const MapView map{head.map, values};
  const auto outputs = run_head(head, map);
  CHECK(outputs[0] == std::vector<float>{5 / 3.0f, 1});
  CHECK(outputs[1][0] == doctest::Approx(5 / 3.0 - 2 + 0.25));

  const auto each = evidence_maps(head, map, outputs, Activation::sigmoid).value();
  CHECK(each.height == 1);
  CHECK(each.width == 3);
  CHECK(each.maps[0][0] == doctest::Approx(1 / 3.0));
  CHECK(each.maps[0][1] == doctest::Approx(-4 / 3.0));
  CHECK(each.maps[0][2] == doctest::Approx(2 / 3.0));
  CHECK(each.rest == std::vector<float>{0.25f, -1});

  const auto against = evidence_maps(head, map, outputs, Activation::softmax).value();
  CHECK(against.maps[0][1] == doctest::Approx(-4 / 3.0 - 1 / 3.0));
  CHECK(against.rest[0] == doctest::Approx(1.25));
}

TEST_CASE("units that a ReLU holds back add nothing") {
  Head head = small_head();
  head.layers[0].relu = true;  // the first unit is at -0.083
  head.layers.push_back({1, {10, 1}, {0.5f}, false});
  const float values[] = {1, 0, 0, 2, 4, 1};
  const MapView map{head.map, values};
  const auto evidence = evidence_maps(head, map, run_head(head, map), Activation::softmax).value();
  CHECK(evidence.maps[0][0] == doctest::Approx(1));
  CHECK(evidence.maps[0][1] == doctest::Approx(1 / 3.0));
  CHECK(evidence.rest[0] == doctest::Approx(-0.5));
}

TEST_CASE("a map that overflows is none") {
  const float values[] = {3e38f, 3e38f, 3e38f, 3e38f, 3e38f, 3e38f};
  const Head head = small_head();
  const MapView map{head.map, values};
  CHECK_FALSE(evidence_maps(head, map, run_head(head, map), Activation::sigmoid).has_value());
}

TEST_CASE("a graph that ends otherwise has no head") {
  Model model;
  model.card.input.size = 4;
  std::mt19937 random(1);
  append_conv(model, 2, 4, 1, 0, false, random);
  append_head(model, {3}, random);
  CHECK_FALSE(read_head(model.nodes, 4).has_value());  // the map has one position

  Model straight;
  straight.card.input.size = 8;
  append_conv(straight, 2, 8, 1, 0, false, random);
  CHECK_FALSE(read_head(straight.nodes, 8).has_value());

  Model dense = load(made_dense_model().write()).value();
  const auto head = read_head(dense.nodes, dense.card.input.size);
  REQUIRE(head.has_value());
  CHECK(head->map.channels == 7);
  CHECK(head->layers.size() == 1);
}

TEST_CASE("the share inside counts positions by the part that the mask covers") {
  std::vector<std::uint8_t> mask(16);  // [4, 4]: the left three columns
  for (std::size_t i = 0; i < mask.size(); ++i) mask[i] = i % 4 < 3;
  CHECK(share_inside({1, 1, 1, 1}, 2, 2, mask, 4) == doctest::Approx(0.75));
  CHECK(share_inside({3, -5, 1, 0}, 2, 2, mask, 4) == doctest::Approx(1));
  CHECK(share_inside({0, 1, 0, 3}, 2, 2, mask, 4) == doctest::Approx(0.5));
  // A map finer than the mask.
  CHECK(share_inside(std::vector<float>(64, 1), 8, 8, mask, 4) == doctest::Approx(0.75));
  CHECK_FALSE(share_inside({0, -1, 0, 0}, 2, 2, mask, 4).has_value());
}
