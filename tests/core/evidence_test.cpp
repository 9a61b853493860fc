#include "core/evidence.h"

#include <doctest/doctest.h>

#include <algorithm>
#include <cmath>
#include <numeric>
#include <utility>

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

TEST_CASE("maps over a part of a film are shared out over all of it, and keep their sums") {
  std::mt19937 random(12);
  const auto below = [&](int least, int most) {
    return least + static_cast<int>(random() % static_cast<unsigned>(most - least + 1));
  };
  for (int i = 0; i < 200; ++i) {
    const int side = below(12, 224);
    const Box part{below(0, side - 1), below(0, side - 1), 0, 0};
    Box box = part;
    box.width = below(1, side - part.left);
    box.height = below(1, side - part.top);
    EvidenceMaps own{below(1, 14), below(1, 14), {}, {0.5f}};
    own.maps.push_back(random_weights(static_cast<std::size_t>(own.height) * own.width, 1, random));
    const EvidenceMaps over = over_film(own, box, side);
    CAPTURE(side);
    CAPTURE(own.height);
    CAPTURE(box.top);
    CAPTURE(box.height);
    REQUIRE(over.maps.size() == 1);
    REQUIRE(over.maps[0].size() == static_cast<std::size_t>(over.height) * over.width);
    CHECK(over.rest == own.rest);
    CHECK(over.height <= kMaxFinerPositions * own.height);
    CHECK(over.width >= own.width);
    REQUIRE(std::abs(sum(over.maps[0]) - sum(own.maps[0])) < 1e-4);

    // One position alone lies where it covers the film, and nowhere else.
    const int y = below(0, own.height - 1), x = below(0, own.width - 1);
    EvidenceMaps one{own.height, own.width, {std::vector<float>(own.maps[0].size())}, {0}};
    one.maps[0][static_cast<std::size_t>(y) * own.width + x] = 1;
    const EvidenceMaps placed = over_film(one, box, side);
    CHECK(std::abs(sum(placed.maps[0]) - 1) < 1e-5);
    const auto ends = [](int first, int length, int position, int positions) {
      return std::pair(first + double{1} * position * length / positions,
                       first + double{1} * (position + 1) * length / positions);
    };
    const auto [top, bottom] = ends(box.top, box.height, y, own.height);
    const auto [left, right] = ends(box.left, box.width, x, own.width);
    for (int to_y = 0; to_y < placed.height; ++to_y) {
      for (int to_x = 0; to_x < placed.width; ++to_x) {
        const auto [cell_top, cell_bottom] = ends(0, side, to_y, placed.height);
        const auto [cell_left, cell_right] = ends(0, side, to_x, placed.width);
        const double high = std::min(bottom, cell_bottom) - std::max(top, cell_top);
        const double wide = std::min(right, cell_right) - std::max(left, cell_left);
        const double share =
            std::max(0.0, high) * std::max(0.0, wide) / ((bottom - top) * (right - left));
        REQUIRE(std::abs(placed.maps[0][static_cast<std::size_t>(to_y) * placed.width + to_x] -
                         share) < 1e-5);
      }
    }
  }
}

TEST_CASE("maps over a whole film stay as they are, and over a quarter of it become finer") {
  const EvidenceMaps own{2, 2, {{1, 2, 3, 4}}, {0}};
  CHECK(over_film(own, {0, 0, 60, 60}, 60).maps == own.maps);
  const EvidenceMaps quarter = over_film(own, {30, 0, 30, 30}, 60);
  CHECK(quarter.height == 4);
  CHECK(quarter.width == 4);
  CHECK(quarter.maps[0] == std::vector<float>{0, 0, 1, 2, 0, 0, 3, 4, 0, 0, 0, 0, 0, 0, 0, 0});
  // Of a very small part positions would be too many.
  CHECK(over_film(own, {0, 0, 1, 60}, 60).width == 2 * kMaxFinerPositions);
}
