#include "core/engine/engine.h"

#include <doctest/doctest.h>

#include <algorithm>
#include <cmath>

#include "made_models.h"
#include "made_networks.h"
#include "naive_network.h"

using namespace thoraxlite;

namespace {

constexpr float kTolerance = 2e-5f;  // of values around 1

std::vector<float> random_input(const Model& model, std::mt19937& random) {
  return random_weights(static_cast<std::size_t>(model.card.input.size) * model.card.input.size, 1,
                        random);
}

void check_last_map(const Model& model, const Engine& engine, const std::vector<float>& input,
                    const std::vector<NodeOutput>& expected) {
  const std::optional<int> source = source_of_last_map(model.nodes);
  if (!source) {
    CHECK(engine.last_map().values == nullptr);
    return;
  }
  const MapView map = engine.last_map();
  const std::vector<float>& values = *source < 0 ? input : expected[*source].values;
  REQUIRE(static_cast<std::size_t>(map.shape.height) * map.shape.width * map.shape.channels ==
          values.size());
  for (std::size_t i = 0; i < values.size(); ++i) {
    REQUIRE(std::abs(map.values[i] - values[i]) <= kTolerance);
  }
}

void check_against_loops(const Model& model, const std::vector<float>& input, EngineKind kind) {
  CAPTURE(to_string(kind));
  CAPTURE(shown(model));
  auto engine = make_engine(model, kind);
  REQUIRE_MESSAGE(engine.has_value(), engine.error().message);
  CHECK((*engine)->kind() == kind);
  CHECK((*engine)->last_map().values == nullptr);
  const std::vector<NodeOutput> expected = naive_outputs(model, input);
  // Twice, since an engine must not carry anything from one image to the next.
  for (int run = 0; run < 2; ++run) {
    std::vector<NodeOutput> outputs;
    const auto logits = (*engine)->run(input, &outputs);
    REQUIRE_MESSAGE(logits.has_value(), logits.error().message);
    REQUIRE(outputs.size() == expected.size());
    CHECK(*logits == outputs.back().values);
    // An engine may take another way where nobody wants to see the nodes.
    const auto unseen = (*engine)->run(input);
    REQUIRE_MESSAGE(unseen.has_value(), unseen.error().message);
    REQUIRE(unseen->size() == logits->size());
    for (std::size_t i = 0; i < unseen->size(); ++i) {
      REQUIRE(std::abs((*unseen)[i] - expected.back().values[i]) <= kTolerance);
    }
    check_last_map(model, **engine, input, expected);
    for (std::size_t i = 0; i < outputs.size(); ++i) {
      CAPTURE(outputs[i].name);
      REQUIRE(outputs[i].name == expected[i].name);
      REQUIRE(outputs[i].values.size() == expected[i].values.size());
      float largest = 0;
      for (std::size_t j = 0; j < outputs[i].values.size(); ++j) {
        const float difference = std::abs(outputs[i].values[j] - expected[i].values[j]);
        REQUIRE(std::isfinite(difference));
        largest = std::max(largest, difference);
      }
      REQUIRE(largest <= kTolerance);
    }
  }
}

}  // namespace

TEST_CASE("every engine agrees with plain loops at odd sizes") {
  for (const EngineKind kind : general_engines()) {
    std::mt19937 random(3);
    for (const int size : {1, 2, 7, 8, 9, 15, 16}) {
      for (const int channels : {1, 2, 7, 8, 9, 16}) {
        for (const int kernel : {1, 3, 5}) {
          for (const int stride : {1, 2}) {
            Model model;
            model.card.input.size = size;
            append_conv(model, channels, kernel, stride, kernel / 2, true, random);
            if (model.nodes.back().output.height >= 2) append_pool(model, Op::max_pool2d, 2, 2);
            append_conv(model, 5, 3, 1, 1, false, random);
            append_head(model, {3}, random);
            check_against_loops(model, random_input(model, random), kind);
          }
        }
      }
    }
  }
}

TEST_CASE("scale_shift agrees with plain loops at odd sizes, with and without ReLU") {
  for (const EngineKind kind : general_engines()) {
    std::mt19937 random(13);
    for (const int size : {1, 2, 7, 8, 9}) {
      for (const int channels : {1, 2, 3, 4, 7, 8, 9, 15, 16, 17, 33}) {
        for (const bool relu : {false, true}) {
          Model model;
          model.card.input.size = size;
          append_conv(model, channels, 1, 1, 0, false, random);
          append_scale_shift(model, relu, random);
          append_head(model, {3}, random);
          check_against_loops(model, random_input(model, random), kind);
        }
      }
    }
  }
}

TEST_CASE("pools with a window agree with plain loops at odd sizes, strides and paddings") {
  for (const EngineKind kind : general_engines()) {
    std::mt19937 random(17);
    for (const int size : {1, 2, 7, 8, 9, 15, 16}) {
      for (const int channels : {1, 2, 7, 8, 9, 16}) {
        for (const int kernel : {2, 3, 4, 5, 7}) {
          for (const int stride : {1, 2, kernel}) {
            Model model;
            model.card.input.size = size;
            append_conv(model, channels, 1, 1, 0, false, random);
            const Model before = model;
            for (int padding = 0; padding <= kernel / 2; ++padding) {
              if (size + 2 * padding < kernel) continue;
              model = before;
              append_pool(model, Op::max_pool2d, kernel, stride, padding);
              append_head(model, {2}, random);
              check_against_loops(model, random_input(model, random), kind);
            }
            if (size < kernel) continue;
            model = before;
            append_pool(model, Op::average_pool2d, kernel, stride);
            append_head(model, {2}, random);
            check_against_loops(model, random_input(model, random), kind);
          }
        }
      }
    }
  }
}

TEST_CASE("concat keeps the order of two and of more maps, the network's input among them") {
  for (const EngineKind kind : general_engines()) {
    std::mt19937 random(19);
    for (const int size : {1, 2, 7, 8}) {
      for (const int channels : {1, 2, 7, 8, 9}) {
        Model model;
        model.card.input.size = size;
        append_conv(model, channels, 3, 1, 1, false, random);
        append_conv(model, 3, 1, 1, 0, true, random);
        append_concat(model, {1, 0});
        append_conv(model, 5, 3, 1, 1, false, random);
        append_concat(model, {-1, 2, 3, 0, 1});
        append_scale_shift(model, true, random);
        append_concat(model, {4, 3, 5});
        append_head(model, {3}, random);
        check_against_loops(model, random_input(model, random), kind);
      }
    }
  }
}

TEST_CASE(
    "concat of what came before, as a DenseNet's exporter writes it, joins each map once more") {
  for (const EngineKind kind : general_engines()) {
    std::mt19937 random(29);
    for (const int channels : {1, 4, 9}) {
      Model model;
      model.card.input.size = 7;
      std::vector<int> all;
      for (int layer = 0; layer < 5; ++layer) {
        append_conv(model, channels + layer, 3, 1, 1, layer % 2 == 0, random);
        all.push_back(static_cast<int>(model.nodes.size()) - 1);
        if (all.size() > 1) append_concat(model, all);
      }
      // A start of another's inputs in another order is none of it.
      append_concat(model, {all[1], all[0], all[2]});
      append_concat(model, {static_cast<int>(model.nodes.size()) - 2, all[0], all[1], all[4]});
      append_concat(model, {static_cast<int>(model.nodes.size()) - 1,
                            static_cast<int>(model.nodes.size()) - 2});
      append_head(model, {3}, random);
      check_against_loops(model, random_input(model, random), kind);
    }
  }
}

TEST_CASE("upsample2d agrees with plain loops at odd sizes, for every factor, read or last") {
  for (const EngineKind kind : general_engines()) {
    std::mt19937 random(23);
    for (const int size : {1, 2, 3, 5}) {
      for (const int channels : {1, 2, 7, 8, 9}) {
        for (int factor = 2; factor <= 8; ++factor) {
          Model model;
          model.card.input.size = size;
          append_conv(model, channels, 1, 1, 0, false, random);
          append_upsample(model, factor);
          check_against_loops(model, random_input(model, random), kind);
          append_conv(model, 3, 3, 1, 1, true, random);
          append_concat(model, {2, 1});
          append_head(model, {2}, random);
          check_against_loops(model, random_input(model, random), kind);
        }
      }
    }
    Model of_input;
    of_input.card.input.size = 5;
    append_upsample(of_input, 2);
    check_against_loops(of_input, random_input(of_input, random), kind);
  }
}

TEST_CASE("every engine agrees with plain loops on random networks") {
  for (const EngineKind kind : general_engines()) {
    std::mt19937 random(11);
    for (int i = 0; i < 300; ++i) {
      const Model model = random_network(random);
      check_against_loops(model, random_input(model, random), kind);
    }
    // These end in a map.
    for (int i = 0; i < 150; ++i) {
      const Model model = random_conv_network(random);
      check_against_loops(model, random_input(model, random), kind);
    }
  }
}

TEST_CASE("every engine agrees with plain loops on random networks from elsewhere") {
  for (const EngineKind kind : general_engines()) {
    std::mt19937 random(29);
    for (int i = 0; i < 400; ++i) {
      const Model model = random_large_network(random);
      check_against_loops(model, random_input(model, random), kind);
    }
  }
}

TEST_CASE(
    "convolutions of groups agree with plain loops, for windows of two sides and four paddings") {
  for (const EngineKind kind : general_engines()) {
    std::mt19937 random(31);
    for (const int groups : {1, 2, 3, 8, 17}) {
      for (const int share : {1, 2, 5}) {
        for (const int outputs : {1, 2, 3}) {
          for (const Extent kernel : {Extent{1, 1}, Extent{3, 3}, Extent{5, 5}, Extent{7, 7},
                                      Extent{1, 7}, Extent{2, 3}}) {
            Model model;
            model.card.input.size = 9;
            append_conv(model, groups * share, 1, 1, 0, false, random);
            Node window;
            window.kernel = kernel;
            window.stride = {1 + groups % 2, 1 + share % 2};
            window.padding = {kernel.height - 1, 0, kernel.height / 2, kernel.width / 2};
            window.groups = groups;
            window.relu = outputs == 2;
            append_conv(model, groups * outputs, window, random);
            append_head(model, {2}, random);
            check_against_loops(model, random_input(model, random), kind);
          }
        }
      }
    }
  }
}

TEST_CASE("pools agree with plain loops whatever their padding, counted or not, and their rest") {
  for (const EngineKind kind : general_engines()) {
    std::mt19937 random(37);
    for (const int size : {1, 2, 5, 6, 7, 8}) {
      for (const Extent kernel : {Extent{2, 2}, Extent{3, 3}, Extent{1, 3}, Extent{4, 2}}) {
        for (int stride = 1; stride <= std::max(kernel.height, kernel.width); ++stride) {
          for (int style = 0; style < 8; ++style) {
            Node window;
            window.kernel = kernel;
            window.stride = {std::min(stride, kernel.height), std::min(stride, kernel.width)};
            window.padding = {kernel.height - 1, kernel.width / 2, kernel.height / 2,
                              kernel.width - 1};
            if (style & 1) window.padding = {};
            if (size + window.padding.top + window.padding.bottom < kernel.height) continue;
            if (size + window.padding.left + window.padding.right < kernel.width) continue;
            window.count_padding = (style & 4) != 0;
            for (const Op op : {Op::max_pool2d, Op::average_pool2d}) {
              if (op == Op::max_pool2d && window.count_padding) continue;
              Model model;
              model.card.input.size = size;
              append_conv(model, 3, 1, 1, 0, false, random);
              append_pool(model, op, window, (style & 2) != 0);
              append_head(model, {2}, random);
              check_against_loops(model, random_input(model, random), kind);
            }
          }
        }
      }
    }
  }
}

TEST_CASE("add, mul and what makes of each value another agree with plain loops at odd sizes") {
  for (const EngineKind kind : general_engines()) {
    std::mt19937 random(41);
    for (const int size : {1, 2, 3, 5, 8}) {
      for (const int channels : {1, 2, 7, 8, 9, 16, 33}) {
        for (const Op op : kUnaryOps) {
          Model model;
          model.card.input.size = size;
          append_conv(model, channels, 1, 1, 0, false, random);
          append_unary(model, op, random);
          append_head(model, {2}, random);
          check_against_loops(model, random_input(model, random), kind);
        }
        for (const Op op : {Op::add, Op::mul}) {
          for (const bool is_of_channels : {false, true}) {
            Model model;
            model.card.input.size = size;
            append_conv(model, channels, 1, 1, 0, false, random);
            if (is_of_channels) {
              append_head(model, {channels}, random);
            } else {
              append_conv(model, channels, 1, 1, 0, false, random);
            }
            const int second = static_cast<int>(model.nodes.size()) - 1;
            append_two(model, op, 0, second, op == Op::add && size % 2 == 0);
            append_head(model, {2}, random);
            check_against_loops(model, random_input(model, random), kind);
          }
        }
      }
    }
  }
}

TEST_CASE("large values come out of activations as they are, or at their limit") {
  for (const EngineKind kind : general_engines()) {
    for (const Op op : kUnaryOps) {
      std::vector<Node> nodes(1);
      nodes[0].op = op;
      nodes[0].inputs = {-1};
      nodes[0].output = {5, 1, 1};
      nodes[0].alpha = 1;
      nodes[0].slope = 0.5f;
      nodes[0].low = -2;
      const std::vector<float> input{-1e4f, -90, 0, 90, 1e4f};
      const auto got = make_engine(nodes, Shape{5, 1, 1}, kind).value()->run(input).value();
      const auto expected = naive_outputs(nodes, {5, 1, 1}, input).back().values;
      for (std::size_t i = 0; i < input.size(); ++i) {
        CHECK(got[i] == doctest::Approx(expected[i]).epsilon(1e-6));
      }
    }
  }
}

TEST_CASE("every engine lets two nodes read the same output") {
  std::mt19937 random(5);
  Model model;
  model.card.input.size = 9;
  append_conv(model, 4, 3, 1, 1, true, random);
  append_conv(model, 4, 3, 1, 1, false, random);
  append_conv(model, 4, 3, 1, 1, false, random);
  model.nodes[2].inputs = {0};
  append_head(model, {2}, random);
  for (const EngineKind kind : general_engines()) {
    check_against_loops(model, random_input(model, random), kind);
  }
}

TEST_CASE("an input of the wrong length is refused") {
  const Model model = load(made_model().write()).value();
  for (const EngineKind kind : general_engines()) {
    auto engine = make_engine(model, kind);
    REQUIRE(engine.has_value());
    const auto logits = (*engine)->run(std::vector<float>(399));
    REQUIRE_FALSE(logits.has_value());
    CHECK(logits.error().message == "The input has 399 values; expected 400.");
  }
}

TEST_CASE("engines are chosen by name") {
  CHECK(parse_engine_kind("auto").value() == EngineKind::automatic);
  CHECK(parse_engine_kind("simd").value() == EngineKind::simd);
  CHECK(parse_engine_kind("xnnpack").value() == EngineKind::xnnpack);
  CHECK(parse_engine_kind("reference").value() == EngineKind::reference);
  CHECK(parse_engine_kind("gpu").error().message ==
        "There is no engine \"gpu\"; expected auto, simd, xnnpack or reference.");

  // Not one for the simd engine.
  const Model model = load(made_model().write()).value();
  CHECK((*make_engine(model, EngineKind::automatic))->kind() == general_engines().front());
  const std::vector<EngineKind> built_in = engines_built_in();
  if (std::count(built_in.begin(), built_in.end(), EngineKind::xnnpack) == 0) {
    CHECK(make_engine(model, EngineKind::xnnpack).error().message ==
          "The xnnpack engine is not part of this build.");
  }
}
