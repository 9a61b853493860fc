// The simd engine against the reference engine. On x86 the number of channels chooses the kernels:
// 8 gives those of SSE2, 16 of AVX2, 32 of AVX-512, where the processor has them.
#include <doctest/doctest.h>

#include <algorithm>
#include <cmath>
#include <cstring>

#include "core/engine/engine.h"
#include "made_models.h"
#include "made_networks.h"
#include "simd_bound.h"

using namespace thoraxlite;

namespace {

Model made_blocks(int size, int stride, const std::vector<int>& channels,
                  const std::vector<int>& widths, std::mt19937& random) {
  Model model;
  model.card.input.size = size;
  for (std::size_t block = 0; block < channels.size(); ++block) {
    if (block == 0) {
      append_conv(model, channels[block], 5, stride, 2, true, random);
    } else {
      append_conv(model, channels[block], 3, 1, 1, true, random);
    }
    append_pool(model, Op::max_pool2d, 2, 2);
  }
  append_head(model, widths, random);
  return model;
}

// The side of what `blocks` blocks make of a picture; 0 where there is too little of it.
int side_after(int size, int stride, std::size_t blocks) {
  int side = (size - 1) / stride + 1;
  for (std::size_t i = 0; i < blocks; ++i) side /= 2;
  return side;
}

std::vector<float> random_input(const Model& model, std::mt19937& random) {
  return random_weights(static_cast<std::size_t>(model.card.input.size) * model.card.input.size, 1,
                        random);
}

void check_against_reference(const Model& model, int threads, std::mt19937& random) {
  CAPTURE(model.card.input.size);
  CAPTURE(model.nodes.front().stride.height);
  std::string channels;
  for (const Node& node : model.nodes) channels += " " + std::to_string(node.output.channels);
  CAPTURE(channels);
  auto simd = make_simd_engine(model.nodes, square_input(model.card.input.size), threads);
  REQUIRE_MESSAGE(simd.has_value(), simd.error().message);
  auto reference = make_reference_engine(model.nodes, square_input(model.card.input.size));
  REQUIRE(reference.has_value());
  CHECK((*simd)->kind() == EngineKind::simd);
  CHECK((*simd)->last_map().values == nullptr);
  // Several pictures, since an engine must not carry anything from one to the next.
  for (int picture = 0; picture < 2; ++picture) {
    const std::vector<float> input = random_input(model, random);
    std::vector<NodeOutput> ours;
    std::vector<NodeOutput> theirs;
    const auto seen = (*simd)->run(input, &ours);
    REQUIRE_MESSAGE(seen.has_value(), seen.error().message);
    REQUIRE((*reference)->run(input, &theirs).has_value());
    REQUIRE(ours.size() == theirs.size());
    for (std::size_t i = 0; i < ours.size(); ++i) {
      CAPTURE(ours[i].name);
      REQUIRE(ours[i].name == theirs[i].name);
      REQUIRE(largest_difference(ours[i].values, theirs[i].values) <= simd_bound(theirs[i].values));
    }
    // What nobody sees is computed by the same kernels: not a bit differs.
    const auto unseen = (*simd)->run(input);
    REQUIRE(unseen.has_value());
    CHECK(*unseen == *seen);
    CHECK(*unseen == ours.back().values);
    const MapView map = (*simd)->last_map();
    const std::vector<float>& last = ours[*source_of_last_map(model.nodes)].values;
    REQUIRE(static_cast<std::size_t>(map.shape.channels) * map.shape.height * map.shape.width ==
            last.size());
    CHECK(std::equal(last.begin(), last.end(), map.values));
  }
}

}  // namespace

TEST_CASE("the 5x5 kernels agree with the reference at odd sizes, for both strides") {
  std::mt19937 random(1);
  for (const int stride : {1, 2}) {
    for (const int size : {2, 3, 4, 5, 7, 8, 9, 15, 16, 17, 31, 33, 57, 223, 224}) {
      for (const int channels : {8, 16, 24, 32, 64}) {
        if (side_after(size, stride, 1) < 1 || (size > 100 && channels > 32)) continue;
        check_against_reference(made_blocks(size, stride, {channels}, {3}, random), 1, random);
      }
    }
  }
}

TEST_CASE("the 3x3 kernels agree with the reference at odd sizes and channels") {
  std::mt19937 random(2);
  for (const int size : {4, 5, 7, 8, 9, 10, 14, 15, 16, 17, 18, 31, 33, 65, 111}) {
    for (const int in : {8, 16, 32, 40, 64, 96}) {
      for (const int out : {8, 16, 32, 48, 64, 128}) {
        if (size > 60 && in * out > 32 * 64) continue;
        check_against_reference(made_blocks(size, 1, {in, out}, {3}, random), 1, random);
      }
    }
  }
}

TEST_CASE("random networks of blocks agree with the reference, on any number of threads") {
  std::mt19937 random(3);
  const auto between = [&](int least, int most) {
    return least + static_cast<int>(random() % (most - least + 1));
  };
  for (int i = 0; i < 150; ++i) {
    const int stride = between(1, 2);
    const int size = between(3, 80);
    const int tile = 8 << between(0, 2);
    std::vector<int> channels;
    for (int blocks = between(1, 5); blocks > 0; --blocks) channels.push_back(tile * between(1, 4));
    while (side_after(size, stride, channels.size()) < 1) channels.pop_back();
    if (channels.empty()) continue;
    std::vector<int> widths;
    for (int layers = between(1, 3); layers > 0; --layers) widths.push_back(between(1, 40));
    check_against_reference(made_blocks(size, stride, channels, widths, random), between(1, 3),
                            random);
  }
}

TEST_CASE("any number of threads gives the bits of one") {
  std::mt19937 random(4);
  for (const int stride : {1, 2}) {
    for (const int size : {9, 64, 111}) {
      const Model model = made_blocks(size, stride, {32, 64, 32}, {16, 3}, random);
      auto alone = make_simd_engine(model.nodes, square_input(model.card.input.size), 1);
      REQUIRE(alone.has_value());
      for (const int threads : {2, 3, 7}) {
        auto together = make_simd_engine(model.nodes, square_input(model.card.input.size), threads);
        REQUIRE(together.has_value());
        for (int picture = 0; picture < 20; ++picture) {
          const std::vector<float> input = random_input(model, random);
          CHECK((*alone)->run(input).value() == (*together)->run(input).value());
          const MapView one = (*alone)->last_map();
          const MapView many = (*together)->last_map();
          const std::size_t count =
              static_cast<std::size_t>(one.shape.channels) * one.shape.height * one.shape.width;
          REQUIRE(std::equal(one.values, one.values + count, many.values));
        }
      }
    }
  }
}

TEST_CASE("an input of the wrong length is refused") {
  std::mt19937 random(5);
  const Model model = made_blocks(20, 1, {8}, {3}, random);
  auto engine = make_simd_engine(model.nodes, square_input(model.card.input.size), 1);
  REQUIRE(engine.has_value());
  CHECK((*engine)->run(std::vector<float>(399)).error().message ==
        "The input has 399 values; expected 400.");
}

TEST_CASE("what is not a network of blocks is refused, and automatic takes another engine") {
  std::mt19937 random(6);
  const Model sound = made_blocks(32, 1, {16, 32, 8}, {16, 3}, random);
  REQUIRE(make_simd_engine(sound.nodes, square_input(sound.card.input.size), 1).has_value());
  CHECK((*make_engine(sound, EngineKind::automatic))->kind() == EngineKind::simd);

  const auto refusal = [&](const std::function<void(Model&)>& change) {
    Model model = sound;
    change(model);
    const auto engine = make_simd_engine(model.nodes, square_input(model.card.input.size), 1);
    return engine ? "none" : engine.error().message;
  };
  const auto cannot_run = [](const std::string& node) {
    return "The simd engine cannot run node \"" + node +
           "\": it runs a 5x5 convolution of one channel, then 3x3 convolutions, each with ReLU "
           "and a 2x2 max-pool, then a global average and linear layers; or nothing but conv2d, "
           "upsample2d and concat.";
  };
  CHECK(refusal([](Model&) {}) == "none");
  const std::string stem = sound.nodes[0].name;
  CHECK(refusal([](Model& model) { model.nodes[0].stride = {3, 3}; }) == cannot_run(stem));
  CHECK(refusal([](Model& model) { model.nodes[0].padding = {1, 1, 1, 1}; }) == cannot_run(stem));
  CHECK(refusal([](Model& model) { model.nodes[0].kernel = {3, 3}; }) == cannot_run(stem));
  CHECK(refusal([](Model& model) { model.nodes[0].padding.right = 1; }) == cannot_run(stem));
  CHECK(refusal([](Model& model) { model.nodes[0].stride.width = 2; }) == cannot_run(stem));
  CHECK(refusal([](Model& model) { model.nodes[2].groups = 2; }) ==
        cannot_run(sound.nodes[2].name));
  CHECK(refusal([](Model& model) { model.nodes[0].relu = false; }) == cannot_run(stem));
  CHECK(refusal([](Model& model) { model.nodes[0].weight.resize(16 * 2 * 25); }) ==
        cannot_run(stem));
  CHECK(refusal([](Model& model) { model.nodes[1].padding = {1, 1, 1, 1}; }) ==
        cannot_run(sound.nodes[1].name));
  CHECK(refusal([](Model& model) { model.nodes[1].op = Op::average_pool2d; }) ==
        cannot_run(sound.nodes[1].name));
  CHECK(refusal([](Model& model) { model.nodes[2].stride = {2, 2}; }) ==
        cannot_run(sound.nodes[2].name));
  CHECK(refusal([](Model& model) { model.nodes[2].inputs = {0}; }) ==
        cannot_run(sound.nodes[2].name));
  CHECK(refusal([](Model& model) { model.nodes[6].op = Op::average_pool2d; }) ==
        cannot_run(sound.nodes[6].name));
  CHECK(refusal([](Model& model) { model.nodes.resize(7); }) == cannot_run(sound.nodes[6].name));
  CHECK(refusal([](Model& model) { model.nodes[4].output.channels = 12; }) ==
        "The simd engine cannot run node \"" + sound.nodes[4].name +
            "\" with 12 channels; expected a multiple of 8.");

  const Model narrow = made_blocks(32, 1, {16, 12}, {3}, random);
  CHECK((*make_engine(narrow, EngineKind::automatic))->kind() != EngineKind::simd);
}
