#include "core/engine/engine.h"

#include <doctest/doctest.h>

#include <algorithm>
#include <cmath>

#include "made_models.h"
#include "naive_network.h"

using namespace thoraxlite;

namespace {

constexpr float kTolerance = 2e-5f;  // of values around 1

int between(int least, int most, std::mt19937& random) {
  return least + static_cast<int>(random() % (most - least + 1));
}

std::string shown(const Model& model) {
  std::string text = "input " + std::to_string(model.card.input.size);
  for (const Node& node : model.nodes) {
    text += "; " + node.name + " from " + std::to_string(node.input) + " kernel " +
            std::to_string(node.kernel) + " stride " + std::to_string(node.stride) + " padding " +
            std::to_string(node.padding) + " gives " + std::to_string(node.output.channels) + "x" +
            std::to_string(node.output.height) + "x" + std::to_string(node.output.width);
  }
  return text;
}

Shape input_of(const Model& model, int input) {
  const int size = model.card.input.size;
  return input < 0 ? Shape{1, size, size} : model.nodes[input].output;
}

void append_conv(Model& model, int channels, int kernel, int stride, int padding, bool relu,
                 std::mt19937& random) {
  Node node;
  node.input = static_cast<int>(model.nodes.size()) - 1;
  node.name = "conv" + std::to_string(model.nodes.size());
  const Shape input = input_of(model, node.input);
  node.op = Op::conv2d;
  node.kernel = kernel;
  node.stride = stride;
  node.padding = padding;
  node.relu = relu;
  node.output = {channels, (input.height + 2 * padding - kernel) / stride + 1,
                 (input.width + 2 * padding - kernel) / stride + 1};
  const int fan_in = input.channels * kernel * kernel;
  node.weight = random_weights(static_cast<std::size_t>(channels) * fan_in, fan_in, random);
  node.bias = random_weights(channels, 1, random);
  model.nodes.push_back(node);
}

void append_pool(Model& model, int kernel, int stride) {
  Node node;
  node.input = static_cast<int>(model.nodes.size()) - 1;
  node.name = "pool" + std::to_string(model.nodes.size());
  const Shape input = input_of(model, node.input);
  node.op = Op::max_pool2d;
  node.kernel = kernel;
  node.stride = stride;
  node.output = {input.channels, (input.height - kernel) / stride + 1,
                 (input.width - kernel) / stride + 1};
  model.nodes.push_back(node);
}

void append_head(Model& model, const std::vector<int>& widths, std::mt19937& random) {
  Node pool;
  pool.input = static_cast<int>(model.nodes.size()) - 1;
  pool.name = "global_pool";
  pool.op = Op::global_average_pool;
  pool.output = {input_of(model, pool.input).channels, 1, 1};
  model.nodes.push_back(pool);
  for (const int width : widths) {
    Node node;
    node.input = static_cast<int>(model.nodes.size()) - 1;
    node.name = "fc" + std::to_string(model.nodes.size());
    const int in = model.nodes.back().output.channels;
    node.op = Op::linear;
    node.relu = width != widths.back();
    node.output = {width, 1, 1};
    node.weight = random_weights(static_cast<std::size_t>(width) * in, in, random);
    node.bias = random_weights(width, 1, random);
    model.nodes.push_back(node);
  }
}

Model random_network(std::mt19937& random) {
  Model model;
  model.card.input.size = between(1, 33, random);
  const int layers = between(0, 4, random);
  for (int i = 0; i < layers; ++i) {
    const int length = input_of(model, static_cast<int>(model.nodes.size()) - 1).height;
    if (length >= 2 && between(0, 2, random) == 0) {
      const int kernel = between(2, std::min(length, 4), random);
      append_pool(model, kernel, between(1, kernel, random));
    } else {
      const int kernel = between(1, 7, random);
      const int padding = between(std::max(0, (kernel - length + 1) / 2), kernel - 1, random);
      if (length + 2 * padding < kernel) continue;
      append_conv(model, between(1, 17, random), kernel, between(1, 3, random), padding,
                  between(0, 1, random) == 1, random);
    }
  }
  std::vector<int> widths;
  for (int i = between(1, 3, random); i > 0; --i) widths.push_back(between(1, 19, random));
  append_head(model, widths, random);
  return model;
}

std::vector<float> random_input(const Model& model, std::mt19937& random) {
  return random_weights(static_cast<std::size_t>(model.card.input.size) * model.card.input.size, 1,
                        random);
}

void check_against_loops(const Model& model, const std::vector<float>& input, EngineKind kind) {
  CAPTURE(to_string(kind));
  CAPTURE(shown(model));
  auto engine = make_engine(model, kind);
  REQUIRE_MESSAGE(engine.has_value(), engine.error().message);
  CHECK((*engine)->kind() == kind);
  const std::vector<NodeOutput> expected = naive_outputs(model, input);
  // Twice, since an engine must not carry anything from one image to the next.
  for (int run = 0; run < 2; ++run) {
    std::vector<NodeOutput> outputs;
    const auto logits = (*engine)->run(input, &outputs);
    REQUIRE_MESSAGE(logits.has_value(), logits.error().message);
    REQUIRE(outputs.size() == expected.size());
    CHECK(*logits == outputs.back().values);
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

std::vector<EngineKind> engine_kinds() {
#ifdef THORAXLITE_XNNPACK
  return {EngineKind::reference, EngineKind::xnnpack};
#else
  return {EngineKind::reference};
#endif
}

}  // namespace

TEST_CASE("every engine agrees with plain loops at odd sizes") {
  for (const EngineKind kind : engine_kinds()) {
    std::mt19937 random(3);
    for (const int size : {1, 2, 7, 8, 9, 15, 16}) {
      for (const int channels : {1, 2, 7, 8, 9, 16}) {
        for (const int kernel : {1, 3, 5}) {
          for (const int stride : {1, 2}) {
            Model model;
            model.card.input.size = size;
            append_conv(model, channels, kernel, stride, kernel / 2, true, random);
            if (model.nodes.back().output.height >= 2) append_pool(model, 2, 2);
            append_conv(model, 5, 3, 1, 1, false, random);
            append_head(model, {3}, random);
            check_against_loops(model, random_input(model, random), kind);
          }
        }
      }
    }
  }
}

TEST_CASE("every engine agrees with plain loops on random networks") {
  for (const EngineKind kind : engine_kinds()) {
    std::mt19937 random(11);
    for (int i = 0; i < 150; ++i) {
      const Model model = random_network(random);
      check_against_loops(model, random_input(model, random), kind);
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
  model.nodes[2].input = 0;
  append_head(model, {2}, random);
  for (const EngineKind kind : engine_kinds()) {
    check_against_loops(model, random_input(model, random), kind);
  }
}

TEST_CASE("an input of the wrong length is refused") {
  const Model model = load(made_model().write()).value();
  for (const EngineKind kind : engine_kinds()) {
    auto engine = make_engine(model, kind);
    REQUIRE(engine.has_value());
    const auto logits = (*engine)->run(std::vector<float>(399));
    REQUIRE_FALSE(logits.has_value());
    CHECK(logits.error().message == "The input has 399 values; expected 400.");
  }
}

TEST_CASE("engines are chosen by name") {
  CHECK(parse_engine_kind("auto").value() == EngineKind::automatic);
  CHECK(parse_engine_kind("xnnpack").value() == EngineKind::xnnpack);
  CHECK(parse_engine_kind("reference").value() == EngineKind::reference);
  CHECK(parse_engine_kind("gpu").error().message ==
        "There is no engine \"gpu\"; expected auto, xnnpack or reference.");

  const Model model = load(made_model().write()).value();
  CHECK((*make_engine(model, EngineKind::automatic))->kind() == engine_kinds().back());
#ifndef THORAXLITE_XNNPACK
  CHECK(make_engine(model, EngineKind::xnnpack).error().message ==
        "The xnnpack engine is not part of this build.");
#endif
}
