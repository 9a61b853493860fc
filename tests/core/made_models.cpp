#include "made_models.h"

#include <Eigen/Core>
#include <algorithm>
#include <cmath>
#include <cstring>
#include <utility>

#include "core/model/head.h"
#include "core/novelty.h"
#include "naive_network.h"

namespace thoraxlite {
namespace {

template <class Value>
Bytes as_bytes(const std::vector<Value>& values) {
  Bytes bytes(values.size() * sizeof(Value));
  if (!values.empty()) std::memcpy(bytes.data(), values.data(), bytes.size());
  return bytes;
}

ModelParts parts_without_graph(int size) {
  ModelParts parts;
  parts.card = nlohmann::json::parse(R"({
    "name": "made", "labels": ["alpha", "beta"], "activation": "softmax",
    "input": {"channels": 1, "resize": "area", "mean": 0.5, "std": 0.25},
    "calibration": {"temperature": 1.5, "operating_points": [
      {"label": "alpha", "threshold": 0.25, "sensitivity": 0.9, "specificity": 0.8,
       "positives": 10, "cases": 30},
      {"label": "beta", "threshold": 0.75, "sensitivity": 0.8, "specificity": 0.9,
       "positives": 20, "cases": 30}
    ]}
  })");
  parts.card["input"]["size"] = size;
  return parts;
}

void add_self_test(ModelParts& parts) {
  Bytes image;
  for (const std::uint16_t pixel : pattern(23, 17)) {
    image.push_back(static_cast<std::uint8_t>(pixel >> 8));
  }
  parts.tensors.push_back({"self_test.image", "U8", {17, 23}, image});
  parts.add("self_test.logits", {2}, {0, 0});
  fit_self_test(parts);
}

}  // namespace

NamedTensor& ModelParts::tensor(const std::string& name) {
  return *std::find_if(tensors.begin(), tensors.end(),
                       [&name](const NamedTensor& tensor) { return tensor.name == name; });
}

NamedTensor f32_tensor(const std::string& name, std::vector<std::int64_t> shape,
                       const std::vector<float>& values) {
  return {name, "F32", std::move(shape), as_bytes(values)};
}

void ModelParts::add(const std::string& name, std::vector<std::int64_t> shape,
                     std::vector<float> values) {
  tensors.push_back(f32_tensor(name, std::move(shape), values));
}

void ModelParts::add_f16(const std::string& name, std::vector<std::int64_t> shape,
                         const std::vector<float>& values) {
  std::vector<std::uint16_t> halves;
  for (const float value : values) {
    halves.push_back(Eigen::numext::bit_cast<std::uint16_t>(Eigen::half(value)));
  }
  tensors.push_back({name, "F16", std::move(shape), as_bytes(halves)});
}

Bytes ModelParts::write() const {
  auto with_card = metadata;
  if (!card.is_null()) with_card["card"] = card.dump();
  return write_safetensors(tensors, with_card);
}

std::vector<float> random_weights(std::size_t count, double fan_in, std::mt19937& random) {
  std::vector<float> weights;
  for (std::size_t i = 0; i < count; ++i) {
    const double between = static_cast<double>(random()) / 4294967295.0 * 2 - 1;
    weights.push_back(static_cast<float>(between * std::sqrt(3 / fan_in)));
  }
  return weights;
}

ModelParts made_model(int size) {
  ModelParts parts = parts_without_graph(size);
  parts.card["graph"] = nlohmann::json::parse(R"([
    {"name": "conv1", "op": "conv2d", "stride": 1, "padding": 2, "relu": true},
    {"name": "pool1", "op": "max_pool2d", "kernel": 2, "stride": 2},
    {"name": "conv2", "op": "conv2d", "stride": 2, "padding": 1},
    {"name": "global_pool", "op": "global_average_pool"},
    {"name": "fc1", "op": "linear", "relu": true},
    {"name": "fc2", "op": "linear"}
  ])");
  std::mt19937 random(7);
  parts.add_f16("conv1.weight", {4, 1, 5, 5}, random_weights(4 * 25, 25, random));
  parts.add("conv1.bias", {4}, random_weights(4, 25, random));
  parts.add("conv2.weight", {6, 4, 3, 3}, random_weights(6 * 4 * 9, 36, random));
  parts.add("conv2.bias", {6}, random_weights(6, 36, random));
  parts.add("fc1.weight", {5, 6}, random_weights(5 * 6, 6, random));
  parts.add("fc1.bias", {5}, random_weights(5, 6, random));
  parts.add("fc2.weight", {2, 5}, random_weights(2 * 5, 5, random));
  parts.add("fc2.bias", {2}, random_weights(2, 5, random));
  add_self_test(parts);
  return parts;
}

ModelParts made_block_model(int size) {
  ModelParts parts = parts_without_graph(size);
  parts.card["graph"] = nlohmann::json::parse(R"([
    {"name": "conv1", "op": "conv2d", "stride": 2, "padding": 2, "relu": true},
    {"name": "pool1", "op": "max_pool2d", "kernel": 2, "stride": 2},
    {"name": "conv2", "op": "conv2d", "padding": 1, "relu": true},
    {"name": "pool2", "op": "max_pool2d", "kernel": 2, "stride": 2},
    {"name": "global_pool", "op": "global_average_pool"},
    {"name": "fc", "op": "linear"}
  ])");
  std::mt19937 random(9);
  parts.add_f16("conv1.weight", {8, 1, 5, 5}, random_weights(8 * 25, 25, random));
  parts.add("conv1.bias", {8}, random_weights(8, 25, random));
  parts.add_f16("conv2.weight", {16, 8, 3, 3}, random_weights(16 * 8 * 9, 72, random));
  parts.add("conv2.bias", {16}, random_weights(16, 72, random));
  parts.add("fc.weight", {2, 16}, random_weights(2 * 16, 16, random));
  parts.add("fc.bias", {2}, random_weights(2, 16, random));
  add_self_test(parts);
  return parts;
}

ModelParts made_dense_model(int size) {
  ModelParts parts = parts_without_graph(size);
  parts.card["graph"] = nlohmann::json::parse(R"([
    {"name": "conv0", "op": "conv2d", "stride": 2, "padding": 1, "relu": true},
    {"name": "pool0", "op": "max_pool2d", "kernel": 3, "stride": 2, "padding": 1},
    {"name": "norm1", "op": "scale_shift", "relu": true},
    {"name": "conv1", "op": "conv2d", "padding": 1},
    {"name": "concat1", "op": "concat", "inputs": ["pool0", "conv1"]},
    {"name": "pool1", "op": "average_pool2d", "kernel": 2, "stride": 2},
    {"name": "global_pool", "op": "global_average_pool"},
    {"name": "fc", "op": "linear"}
  ])");
  std::mt19937 random(8);
  parts.add_f16("conv0.weight", {4, 1, 3, 3}, random_weights(4 * 9, 9, random));
  parts.add("conv0.bias", {4}, random_weights(4, 9, random));
  parts.add_f16("norm1.weight", {4}, random_weights(4, 1, random));
  parts.add("norm1.bias", {4}, random_weights(4, 3, random));
  parts.add("conv1.weight", {3, 4, 3, 3}, random_weights(3 * 4 * 9, 36, random));
  parts.add("conv1.bias", {3}, random_weights(3, 36, random));
  parts.add("fc.weight", {2, 7}, random_weights(2 * 7, 7, random));
  parts.add("fc.bias", {2}, random_weights(2, 7, random));
  add_self_test(parts);
  return parts;
}

ModelParts made_upsampling_model(int size) {
  ModelParts parts = parts_without_graph(size);
  parts.card["graph"] = nlohmann::json::parse(R"([
    {"name": "conv1", "op": "conv2d", "stride": 2, "padding": 1, "relu": true},
    {"name": "conv2", "op": "conv2d", "stride": 2, "padding": 1, "relu": true},
    {"name": "up2", "op": "upsample2d", "factor": 2},
    {"name": "concat1", "op": "concat", "inputs": ["up2", "conv1"]},
    {"name": "conv3", "op": "conv2d", "padding": 1},
    {"name": "global_pool", "op": "global_average_pool"},
    {"name": "fc", "op": "linear"}
  ])");
  std::mt19937 random(10);
  parts.add_f16("conv1.weight", {4, 1, 3, 3}, random_weights(4 * 9, 9, random));
  parts.add("conv1.bias", {4}, random_weights(4, 9, random));
  parts.add("conv2.weight", {5, 4, 3, 3}, random_weights(5 * 4 * 9, 36, random));
  parts.add("conv2.bias", {5}, random_weights(5, 36, random));
  parts.add("conv3.weight", {3, 9, 3, 3}, random_weights(3 * 9 * 9, 81, random));
  parts.add("conv3.bias", {3}, random_weights(3, 81, random));
  parts.add("fc.weight", {2, 3}, random_weights(2 * 3, 3, random));
  parts.add("fc.bias", {2}, random_weights(2, 3, random));
  add_self_test(parts);
  return parts;
}

ModelParts made_large_model(int size) {
  ModelParts parts = parts_without_graph(size);
  parts.card["graph"] = nlohmann::json::parse(R"([
    {"name": "conv", "op": "conv2d", "padding": [0, 1, 2, 1]},
    {"name": "depthwise", "op": "conv2d", "groups": 3, "stride": [2, 2], "padding": 1},
    {"name": "swish", "op": "silu"},
    {"name": "grouped", "op": "conv2d", "groups": 2},
    {"name": "squeeze", "op": "global_average_pool"},
    {"name": "excite", "op": "linear"},
    {"name": "gate", "op": "hard_sigmoid"},
    {"name": "scale", "op": "mul", "inputs": ["grouped", "gate"]},
    {"name": "sum", "op": "add", "inputs": ["scale", "swish"], "relu": true},
    {"name": "relu6", "op": "clip", "low": 0, "high": 6},
    {"name": "high", "op": "max_pool2d", "kernel": 2, "stride": 2, "ceil": true},
    {"name": "leaky", "op": "leaky_relu", "slope": 0.125},
    {"name": "low", "op": "average_pool2d", "kernel": [3, 2], "stride": 2,
     "padding": [0, 1, 0, 0], "count_padding": true},
    {"name": "wide", "op": "conv2d", "padding": [1, 0, 1, 0]},
    {"name": "hswish", "op": "hard_swish"},
    {"name": "global_pool", "op": "global_average_pool"},
    {"name": "fc", "op": "linear"}
  ])");
  std::mt19937 random(12);
  const auto add = [&](const std::string& name, std::vector<std::int64_t> shape) {
    int values = 1;
    for (const std::int64_t length : shape) values *= static_cast<int>(length);
    const int out = static_cast<int>(shape.front());
    parts.add_f16(name + ".weight", shape, random_weights(values, values / out, random));
    parts.add(name + ".bias", {out}, random_weights(out, 9, random));
  };
  add("conv", {3, 1, 3, 3});
  add("depthwise", {6, 1, 3, 3});
  add("grouped", {6, 3, 1, 1});
  add("excite", {6, 6});
  add("wide", {6, 6, 2, 1});
  add("fc", {2, 6});
  add_self_test(parts);
  return parts;
}

ModelParts made_lungs() {
  ModelParts parts;
  parts.metadata["format"] = "thoraxlite.lungs.v1";
  parts.card = nlohmann::json::parse(R"({"evaluation": "none", "graph": [
    {"name": "down1", "op": "conv2d", "stride": 2, "padding": 1},
    {"name": "down2", "op": "conv2d", "stride": 2, "padding": 1, "relu": true},
    {"name": "up1", "op": "upsample2d", "factor": 2},
    {"name": "both", "op": "concat", "inputs": ["down1", "up1"]},
    {"name": "lungs", "op": "conv2d"}
  ]})");
  parts.card["size"] = kMadeLungInput;
  // The first channel is the average around a place, and what is left of it little.
  std::mt19937 random(11);
  std::vector<float> average = random_weights(2 * 9, 9, random);
  std::fill(average.begin(), average.begin() + 9, 1 / 9.0f);
  parts.add_f16("lungs.down1.weight", {2, 1, 3, 3}, average);
  parts.add("lungs.down1.bias", {2}, {0, 0.1f});
  parts.add_f16("lungs.down2.weight", {3, 2, 3, 3}, random_weights(3 * 2 * 9, 18, random));
  parts.add("lungs.down2.bias", {3}, {0.1f, -0.1f, 0});
  parts.add("lungs.lungs.weight", {1, 5, 1, 1}, {-1, 0.02f, -0.03f, 0.02f, 0.01f});
  parts.add("lungs.lungs.bias", {1}, {-0.4f});
  return parts;
}

void add_lungs(ModelParts& parts) {
  ModelParts lungs = made_lungs();
  parts.card["lungs"] = lungs.card;
  parts.card["view"] = {{"film", kMadeFilm},
                        {"margin", 0.05},
                        {"mean", 0.5},
                        {"deviation", 0.175},
                        {"outside", "faded"}};
  parts.tensors.insert(parts.tensors.end(), lungs.tensors.begin(), lungs.tensors.end());
  fit_self_test(parts);
}

PreparedFilm naive_preparation(const Model& model, const std::vector<float>& film) {
  PreparedFilm prepared;
  const int side = film_side(model.card);
  prepared.picture = film;
  prepared.box = {0, 0, side, side};
  if (!model.lungs) return prepared;
  Model network;
  network.card.input.size = model.lungs->size;
  network.nodes = model.lungs->nodes;
  const NodeOutput map = naive_outputs(network, lung_input(film, side, model.lungs->size)).back();
  prepared.lungs = lung_field(map.values, network.nodes.back().output.width, side);
  if (!model.card.view) return prepared;
  prepared.lung_facts = lung_facts(map.values, network.nodes.back().output.width);
  prepared.box = lung_box(prepared.lungs, *model.card.view);
  prepared.picture =
      lung_picture(film, prepared.lungs, prepared.box, *model.card.view, model.card.input.size);
  return prepared;
}

void fit_self_test(ModelParts& parts) {
  const Model model = load(parts.write()).value();
  std::vector<float> input =
      naive_preparation(model, resize_area(model.self_test.image, film_side(model.card))).picture;
  normalise(input, model.card.input);
  parts.tensor("self_test.logits").bytes = as_bytes(naive_outputs(model, input).back().values);
}

void add_novelty(ModelParts& parts, float threshold) {
  const Model model = load(parts.write()).value();
  const int size = model.card.input.size;
  const Shape map = read_head(model.nodes, size)->map;
  const int features = novelty_feature_count(model.card, map.channels);
  std::mt19937 random(9);
  Novelty novelty;
  novelty.mean = random_weights(features, 1, random);
  novelty.directions = random_weights(3 * features, 12, random);
  novelty.background_mean = random_weights(3, 1, random);
  novelty.background_variance = {4, 2, 9};
  parts.add("novelty.mean", {features}, novelty.mean);
  parts.add("novelty.directions", {3, features}, novelty.directions);
  parts.add("novelty.background_mean", {3}, novelty.background_mean);
  parts.add("novelty.background_variance", {3}, novelty.background_variance);
  parts.card["novelty"] = {
      {"threshold", threshold}, {"directions", 3}, {"refused", 1}, {"cases", 50}};

  const PreparedFilm film =
      naive_preparation(model, resize_area(model.self_test.image, film_side(model.card)));
  std::vector<float> input = film.picture;
  normalise(input, model.card.input);
  for (const NodeOutput& output : naive_outputs(model, input)) {
    if (output.name != "global_pool") continue;
    const std::vector<float> of_self_test = novelty_features(film, size, output.values);
    parts.add("self_test.novelty", {1}, {novelty_distance(novelty, of_self_test)});
  }
}

Result<Model> load(const Bytes& file) {
  return load_model({file.data(), file.size()});
}

std::string error_after(const std::function<void(ModelParts&)>& change, ModelParts parts) {
  change(parts);
  const auto model = load(parts.write());
  return model ? "no error" : model.error().message;
}

std::string refusal(const std::string& what) {
  return "The model file does not fit: " + what + ".";
}

}  // namespace thoraxlite
