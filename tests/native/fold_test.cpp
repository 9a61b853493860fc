// The DenseNet as the model file holds it, and that the inference core runs it alike.
#include "export/fold.h"

#include <doctest/doctest.h>
#include <torch/torch.h>

#include <cmath>
#include <random>
#include <stdexcept>

#include "core/engine/engine.h"
#include "data/phantom.h"
#include "export/model_file.h"
#include "made_models.h"
#include "made_networks.h"
#include "models/densenet.h"
#include "models/inception_v3.h"

using namespace thoraxlite;

namespace {

// Small enough for a test; the last block still has maps of 2 x 2.
constexpr int kSize = 64;

// Norms as training leaves them: near what they see, and no value 0 or 1, so that a term left out
// of the folding shows.
DenseNet random_densenet(std::uint64_t seed) {
  torch::manual_seed(seed);
  DenseNet network({/*labels=*/3, /*channels=*/1, /*dropout=*/0.2});
  const torch::NoGradGuard no_grad;
  std::vector<torch::nn::BatchNorm2dImpl*> norms;
  for (const auto& module : network.modules(/*include_self=*/false)) {
    if (auto* norm = module->as<torch::nn::BatchNorm2d>()) norms.push_back(norm);
  }
  for (auto* norm : norms) {
    norm->options.momentum(1.0);
    norm->weight.uniform_(0.5, 1.5);
    norm->bias.uniform_(-0.3, 0.3);
  }
  network.train();
  network.forward(torch::randn({4, 1, kSize, kSize}));
  network.eval();
  for (auto* norm : norms) {
    norm->running_mean.add_(torch::randn_like(norm->running_mean) * 0.1);
    norm->running_var.mul_(torch::empty_like(norm->running_var).uniform_(0.7, 1.4)).add_(0.01);
  }
  network.classifier->bias.uniform_(-0.5, 0.5);
  return network;
}

torch::Tensor find(const ModelOutput& output, const std::string& name) {
  for (const auto& [feature, map] : output.features) {
    if (feature == name) return map;
  }
  FAIL("no map " << name);
  return {};
}

// As a part of the largest magnitude: maps grow along a network that nobody trained.
double relative_difference(const torch::Tensor& a, const torch::Tensor& b) {
  REQUIRE(a.sizes() == b.sizes());
  return ((a - b).abs().max() / a.abs().max()).item<double>();
}

}  // namespace

TEST_CASE("folding a DenseNet changes nothing but rounding") {
  DenseNet network = random_densenet(1);
  const torch::NoGradGuard no_grad;
  // An odd size leaves a rest at every halving.
  for (const std::int64_t size : {kSize, 77}) {
    const torch::Tensor images = torch::randn({2, 1, size, size});
    const ModelOutput whole = network.forward(images);
    const ModelOutput folded = forward(fold(network), images);
    CHECK(relative_difference(whole.logits, folded.logits) < 1e-5);
    for (const auto& names :
         {std::pair("features.pool0", "pool0"),
          std::pair("features.denseblock1.denselayer6.concat", "denseblock1"),
          std::pair("features.denseblock2.denselayer12.concat", "denseblock2"),
          std::pair("features.denseblock3.denselayer24.concat", "denseblock3"),
          std::pair("features.norm5", "denseblock4"), std::pair("global_pool", "global_pool")}) {
      CAPTURE(names.first);
      CHECK(relative_difference(find(whole, names.second), find(folded, names.first)) < 1e-5);
    }
  }
}

TEST_CASE("every weight of a DenseNet stands in the folded network") {
  const DenseNet network = random_densenet(2);
  const FoldedNetwork folded = fold(network);
  std::int64_t convolutions = 0, folded_convolutions = 0;
  for (const auto& parameter : network.named_parameters()) {
    if (parameter.value().dim() > 1) convolutions += parameter.value().numel();
  }
  for (const auto& [name, tensor] : folded.tensors) {
    CHECK((tensor.scalar_type() == torch::kFloat32));
    if (tensor.dim() > 1) folded_convolutions += tensor.numel();
  }
  CHECK(folded_convolutions == convolutions);
  CHECK(folded.tensors.count("features.denseblock4.denselayer16.conv2.weight") == 1);
  CHECK(folded.tensors.count("classifier.bias") == 1);
}

TEST_CASE("a packed DenseNet is a model that every engine of the core runs alike") {
  const DenseNet network = random_densenet(3);
  CardContent card;
  card.name = "test";
  card.labels = {"a", "b", "c"};
  card.input.size = kSize;
  card.operating_points.resize(3);
  PhantomSpec picture;
  picture.kind = PhantomKind::diffuse;
  picture.size = 40;
  picture.bit_depth = 8;
  picture.seed = 4;
  const std::vector<std::uint8_t> file =
      pack_model(fold(network), card, WeightType::float16, draw_phantom(picture).image);
  CHECK(file.size() < 15'000'000);  // what may be released

  const Result<Model> model = load_model({file.data(), file.size()});
  REQUIRE_MESSAGE(model, (model ? "" : model.error().message));
  std::vector<float> input = resize_area(model->self_test.image, kSize);
  normalise(input, model->card.input);
  for (const EngineKind kind : {EngineKind::reference, EngineKind::automatic}) {
    const auto engine = make_engine(*model, kind);
    REQUIRE(engine);
    const auto logits = (*engine)->run(input);
    REQUIRE(logits);
    for (std::size_t i = 0; i < 3; ++i) {
      CHECK(std::abs((*logits)[i] - model->self_test.logits[i]) < 1e-3f);
    }
  }
}

TEST_CASE("LibTorch and every engine run random networks from elsewhere alike") {
  std::mt19937 random(47);
  for (int i = 0; i < 60; ++i) {
    const Model model = random_large_network(random);
    CAPTURE(shown(model));
    FoldedNetwork network;
    network.graph = nlohmann::ordered_json::parse(graph_of(model).dump());
    for (const Node& node : model.nodes) {
      if (node.weight.empty()) continue;
      const auto out = static_cast<std::int64_t>(node.bias.size());
      torch::Tensor weight = torch::tensor(node.weight);
      if (node.op == Op::conv2d) {
        weight = weight.view({out, -1, node.kernel.height, node.kernel.width});
      }
      if (node.op == Op::linear) weight = weight.view({out, -1});
      network.tensors[node.name + ".weight"] = weight;
      network.tensors[node.name + ".bias"] = torch::tensor(node.bias);
    }
    const std::int64_t size = model.card.input.size;
    const std::vector<float> input =
        random_weights(static_cast<std::size_t>(size * size), 1, random);
    const ModelOutput expected = forward(network, torch::tensor(input).view({1, 1, size, size}));
    for (const EngineKind kind : general_engines()) {
      const auto engine = make_engine(model, kind);
      REQUIRE(engine);
      std::vector<NodeOutput> outputs;
      REQUIRE((*engine)->run(input, &outputs));
      for (std::size_t j = 0; j < outputs.size(); ++j) {
        CAPTURE(outputs[j].name);
        torch::Tensor wanted =
            j + 1 < outputs.size() ? expected.features[j].second : expected.logits;
        if (wanted.dim() == 4) wanted = wanted.permute({0, 2, 3, 1});
        const torch::Tensor got = torch::tensor(outputs[j].values).view_as(wanted);
        CHECK((got - wanted).abs().max().item<double>() < 5e-5);
      }
    }
  }
}

TEST_CASE("LibTorch and every engine run a network that upsamples and joins alike") {
  torch::manual_seed(5);
  FoldedNetwork network;
  network.graph = nlohmann::ordered_json::parse(R"([
    {"name": "down1", "op": "conv2d", "stride": 2, "padding": 1, "relu": true},
    {"name": "down2", "op": "conv2d", "stride": 2, "padding": 1, "relu": true},
    {"name": "up", "op": "upsample2d", "factor": 2},
    {"name": "joined", "op": "concat", "inputs": ["up", "down1"]},
    {"name": "conv", "op": "conv2d", "padding": 1, "relu": true},
    {"name": "up3", "op": "upsample2d", "factor": 3},
    {"name": "last", "op": "conv2d", "stride": 2},
    {"name": "global_pool", "op": "global_average_pool"},
    {"name": "fc", "op": "linear"}
  ])");
  const auto add = [&](const std::string& name, const std::vector<std::int64_t>& shape) {
    network.tensors[name + ".weight"] = torch::randn(shape) * 0.5;
    network.tensors[name + ".bias"] = torch::randn({shape[0]}) * 0.5;
  };
  add("down1", {6, 1, 3, 3});
  add("down2", {9, 6, 3, 3});
  add("conv", {8, 15, 3, 3});
  add("last", {4, 8, 2, 2});
  add("fc", {3, 4});
  CardContent card;
  card.name = "test";
  card.labels = {"a", "b", "c"};
  card.input.size = 28;
  card.operating_points.resize(3);
  PhantomSpec picture;
  picture.size = 40;
  picture.bit_depth = 8;
  picture.seed = 4;
  const std::vector<std::uint8_t> file =
      pack_model(network, card, WeightType::float32, draw_phantom(picture).image);

  const Result<Model> model = load_model({file.data(), file.size()});
  REQUIRE_MESSAGE(model, (model ? "" : model.error().message));
  std::vector<float> input = resize_area(model->self_test.image, card.input.size);
  normalise(input, model->card.input);
  const ModelOutput expected = forward(network, torch::tensor(input).view({1, 1, 28, 28}));
  for (const EngineKind kind : {EngineKind::reference, EngineKind::automatic}) {
    const auto engine = make_engine(*model, kind);
    REQUIRE(engine);
    std::vector<NodeOutput> outputs;
    REQUIRE((*engine)->run(input, &outputs));
    for (const NodeOutput& output : outputs) {
      if (output.shape.height == 1) continue;
      CAPTURE(output.name);
      const Shape& shape = output.shape;
      const torch::Tensor map =
          torch::tensor(output.values).view({1, shape.height, shape.width, shape.channels});
      CHECK(relative_difference(find(expected, output.name), map.permute({0, 3, 1, 2})) < 1e-5);
    }
  }
}

TEST_CASE("networks that the model file cannot hold are refused") {
  const auto refusal = [](const Network& network) -> std::string {
    try {
      fold(network);
    } catch (const std::runtime_error& error) {
      return error.what();
    }
    return "none";
  };
  CHECK(refusal(DenseNet({/*labels=*/3, /*channels=*/3, /*dropout=*/0.0})) ==
        "the network reads 3 channels; expected 1, since model files take grey films");
  CHECK(refusal(InceptionV3({/*labels=*/3, /*channels=*/1, /*dropout=*/0.0, false})) ==
        "the network cannot be exported; expected a student or a DenseNet");
}
