// The card's graph and the tensors of its nodes.
#include "core/model/graph.h"

#include <doctest/doctest.h>

#include <algorithm>

#include "core/json/json.h"
#include "core/model/safetensors.h"
#include "made_models.h"
#include "made_networks.h"
#include "naive_network.h"

using namespace thoraxlite;
using nlohmann::json;

namespace {

std::string error_after_node(std::size_t index, const json& changes,
                             ModelParts parts = made_model()) {
  return error_after([&](ModelParts& sound) { sound.card["graph"][index].update(changes); },
                     std::move(parts));
}

std::string error_after_dense_node(const std::string& name, const json& changes) {
  ModelParts parts = made_dense_model();
  const json& graph = parts.card["graph"];
  std::size_t index = 0;
  while (graph[index]["name"] != name) ++index;
  return error_after_node(index, changes, std::move(parts));
}

}  // namespace

TEST_CASE("a sound model in the manner of a DenseNet is read with its shapes") {
  const auto model = load(made_dense_model().write());
  REQUIRE_MESSAGE(model.has_value(), model.error().message);
  REQUIRE(model->nodes.size() == 8);
  const int expected[][3] = {{4, 10, 10}, {4, 5, 5}, {4, 5, 5}, {3, 5, 5},
                             {7, 5, 5},   {7, 2, 2}, {7, 1, 1}, {2, 1, 1}};
  for (std::size_t i = 0; i < 8; ++i) {
    CAPTURE(model->nodes[i].name);
    CHECK(model->nodes[i].output.channels == expected[i][0]);
    CHECK(model->nodes[i].output.height == expected[i][1]);
    CHECK(model->nodes[i].output.width == expected[i][2]);
  }
  CHECK(model->nodes[1].padding.right == 1);
  CHECK(model->nodes[2].relu);
  CHECK(model->nodes[4].inputs == std::vector<int>{1, 3});
}

TEST_CASE("a node may read from any earlier one") {
  ModelParts parts = made_model();
  parts.card["graph"][0]["input"] = "input";
  parts.card["graph"][1]["input"] = "conv1";
  const auto model = load(parts.write());
  REQUIRE(model.has_value());
  CHECK(model->nodes[0].inputs == std::vector<int>{-1});
  CHECK(model->nodes[1].inputs == std::vector<int>{0});
}

TEST_CASE("a graph that does not fit is refused") {
  CHECK(
      error_after_node(0, {{"op", "deconv"}}) ==
      refusal(
          "node \"conv1\" has the operator \"deconv\"; expected conv2d, scale_shift, "
          "max_pool2d, average_pool2d, global_average_pool, concat, upsample2d, linear, add, mul, "
          "sigmoid, silu, hard_swish, hard_sigmoid, leaky_relu or clip"));
  CHECK(error_after_node(0, {{"dilation", 2}}) ==
        refusal("node \"conv1\" has the key \"dilation\", which this version does not know"));
  CHECK(
      error_after_node(0, {{"stride", 0}}) ==
      refusal("node \"conv1\" has a wrong \"stride\"; expected a whole number from 1 to 64, or an "
              "array of 2"));
  CHECK(error_after_node(0, {{"relu", 1}}) ==
        refusal("node \"conv1\" has a wrong \"relu\"; expected true or false"));
  CHECK(error_after_node(0, {{"padding", 5}}) ==
        refusal(
            "node \"conv1\" has a window of 5 x 5 and a padding of [5, 5, 5, 5]; expected one that "
            "is smaller"));
  CHECK(error_after_node(1, {{"kernel", 21}, {"stride", 2}}) ==
        refusal("node \"pool1\" has a window that is larger than what it reads"));
  CHECK(
      error_after_node(1, {{"stride", 3}}) ==
      refusal("node \"pool1\" has a window of 2 x 2 and a stride of 3 x 3; expected a stride that "
              "passes nothing over"));
  CHECK(error_after_node(1, {{"name", "conv1"}}) ==
        refusal("node \"conv1\" has a name that is taken"));
  CHECK(error_after_node(1, {{"name", "input"}}) ==
        refusal("node \"input\" has a name that is taken"));
  CHECK(error_after_node(1, {{"input", "conv2"}}) ==
        refusal("node \"pool1\" reads from \"conv2\", which is no earlier node"));
  CHECK(error_after_node(1, {{"input", "input"}}).find("node \"conv2\"") != std::string::npos);
  CHECK(error_after([](ModelParts& parts) { parts.card["graph"][2] = 5; }) ==
        refusal("node 3 of the graph is not a JSON object"));
  CHECK(error_after([](ModelParts& parts) { parts.card["graph"].erase(3); }) ==
        refusal("node \"fc1\" is linear but reads a map; expected a pooled vector"));
  CHECK(error_after([](ModelParts& parts) {
          parts.card["graph"].push_back(
              {{"name", "side"}, {"op", "global_average_pool"}, {"input", "fc1"}});
        }) == refusal("nothing reads the output of node \"fc2\""));
  CHECK(error_after([](ModelParts& parts) {
          parts.card["graph"].erase(5);
          parts.tensors.erase(parts.tensors.begin() + 6, parts.tensors.begin() + 8);
        }) == refusal("node \"fc1\" gives 5 x 1 x 1 values; expected 2 logits, one a label"));
}

TEST_CASE("a scale_shift, a pool or a concat that does not fit is refused") {
  CHECK(error_after_dense_node("norm1", {{"stride", 1}}) ==
        refusal("node \"norm1\" has the key \"stride\", which this version does not know"));
  CHECK(error_after_dense_node("norm1", {{"input", "input"}}) ==
        refusal("node \"norm1\" has a weight of shape [4]; expected [1]"));
  CHECK(error_after([](ModelParts& parts) { parts.tensor("norm1.weight").shape = {4, 1}; },
                    made_dense_model()) ==
        refusal("node \"norm1\" has a weight of shape [4, 1]; expected [4]"));
  CHECK(error_after(
            [](ModelParts& parts) {
              parts.tensor("norm1.bias") = f32_tensor("norm1.bias", {3}, {1, 2, 3});
            },
            made_dense_model()) == refusal("node \"norm1\" has a bias of shape [3]; expected [4]"));

  for (const json& padding : {json(-1), json(65), json({1, 1}), json({1, 1, 1, -1}), json("1"),
                              json({{"a", 1}, {"b", 1}, {"c", 1}, {"d", 1}})}) {
    CHECK(
        error_after_dense_node("pool0", {{"padding", padding}}) ==
        refusal("node \"pool0\" has a wrong \"padding\"; expected a whole number from 0 to 64, or "
                "an array of 4"));
  }
  CHECK(error_after_dense_node("pool0", {{"padding", {1, 1, 3, 1}}}) ==
        refusal("node \"pool0\" has a window of 3 x 3 and a padding of [1, 1, 3, 1]; expected one "
                "that is smaller"));
  for (const char* key : {"padding", "ceil", "count_padding"}) {
    CHECK(error_after_dense_node("norm1", {{key, 1}}) ==
          refusal("node \"norm1\" has the key \"" + std::string(key) +
                  "\", which this version does not know"));
  }
  CHECK(error_after_dense_node("pool0", {{"count_padding", true}}) ==
        refusal("node \"pool0\" has the key \"count_padding\", which this version does not know"));
  CHECK(error_after_dense_node("pool1", {{"kernel", 6}}) ==
        refusal("node \"pool1\" has a window that is larger than what it reads"));
  CHECK(error_after_dense_node("pool1", {{"kernel", 1}}) ==
        refusal("node \"pool1\" has a window of one position; expected a larger one"));
  CHECK(
      error_after_dense_node("pool1", {{"kernel", {2, 65}}}) ==
      refusal("node \"pool1\" has a wrong \"kernel\"; expected a whole number from 1 to 64, or an "
              "array of 2"));
  CHECK(
      error_after_dense_node("pool1", {{"stride", {2, 3}}}) ==
      refusal("node \"pool1\" has a window of 2 x 2 and a stride of 2 x 3; expected a stride that "
              "passes nothing over"));

  const auto joining = [](const json& inputs) {
    return error_after_dense_node("concat1", {{"inputs", inputs}});
  };
  CHECK(joining({"pool0"}) == refusal("node \"concat1\" has 1 inputs; expected 2 to 64"));
  CHECK(joining(json::array()) == refusal("node \"concat1\" has 0 inputs; expected 2 to 64"));
  CHECK(joining(json(std::vector<std::string>(65, "pool0"))) ==
        refusal("node \"concat1\" has 65 inputs; expected 2 to 64"));
  CHECK(joining("pool0") == refusal("node \"concat1\" has a wrong \"inputs\"; expected an array"));
  CHECK(joining({"pool0", 3}) ==
        refusal("node \"concat1\" has an input that is not the name of a node"));
  CHECK(joining({"pool0", "concat1"}) ==
        refusal("node \"concat1\" reads from \"concat1\", which is no earlier node"));
  CHECK(joining({"pool0", "pool1"}) ==
        refusal("node \"concat1\" reads from \"pool1\", which is no earlier node"));
  CHECK(joining({"pool0", "conv1", "pool0"}) ==
        refusal("node \"concat1\" reads from \"pool0\" twice"));
  CHECK(joining({"pool0", "conv0"}) ==
        refusal("node \"concat1\" reads maps of 5 x 5 and of 10 x 10; expected one height and "
                "width"));
  CHECK(error_after_dense_node("concat1", {{"input", "pool0"}}) ==
        refusal("node \"concat1\" has the key \"input\", which this version does not know"));
  CHECK(error_after_dense_node("norm1", {{"inputs", {"pool0", "conv0"}}}) ==
        refusal("node \"norm1\" has the key \"inputs\", which this version does not know"));
}

TEST_CASE("a network that upsamples is read with its shapes") {
  const auto model = load(made_upsampling_model().write());
  REQUIRE_MESSAGE(model.has_value(), model.error().message);
  const int expected[][3] = {{4, 10, 10}, {5, 5, 5}, {5, 10, 10}, {9, 10, 10},
                             {3, 10, 10}, {3, 1, 1}, {2, 1, 1}};
  REQUIRE(model->nodes.size() == 7);
  for (std::size_t i = 0; i < 7; ++i) {
    CAPTURE(model->nodes[i].name);
    CHECK(model->nodes[i].output.channels == expected[i][0]);
    CHECK(model->nodes[i].output.height == expected[i][1]);
    CHECK(model->nodes[i].output.width == expected[i][2]);
  }
  CHECK(model->nodes[2].factor == 2);
}

TEST_CASE("an upsample2d that does not fit is refused") {
  const auto error_with = [](const json& changes) {
    return error_after_node(2, changes, made_upsampling_model());
  };
  for (const json& factor : {json(1), json(9), json(2.5), json("2")}) {
    CHECK(error_with({{"factor", factor}}) ==
          refusal("node \"up2\" has a wrong \"factor\"; expected a whole number from 2 to 8"));
  }
  CHECK(error_after([](ModelParts& parts) { parts.card["graph"][2].erase("factor"); },
                    made_upsampling_model()) == refusal("node \"up2\" lacks \"factor\""));
  CHECK(error_with({{"factor", 3}}) ==
        refusal("node \"concat1\" reads maps of 15 x 15 and of 10 x 10; expected one height and "
                "width"));
  for (const char* key : {"relu", "stride", "kernel", "padding", "inputs"}) {
    CHECK(error_with({{key, 1}}) == refusal("node \"up2\" has the key \"" + std::string(key) +
                                            "\", which this version does not know"));
  }
  CHECK(error_with({{"input", "conv3"}}) ==
        refusal("node \"up2\" reads from \"conv3\", which is no earlier node"));
}

TEST_CASE("a network in the manner of those from elsewhere is read with its shapes") {
  const auto model = load(made_large_model().write());
  REQUIRE_MESSAGE(model.has_value(), model.error().message);
  const int expected[][3] = {{3, 20, 20}, {6, 10, 10}, {6, 10, 10}, {6, 10, 10}, {6, 1, 1},
                             {6, 1, 1},   {6, 1, 1},   {6, 10, 10}, {6, 10, 10}, {6, 10, 10},
                             {6, 5, 5},   {6, 5, 5},   {6, 2, 3},   {6, 3, 3},   {6, 3, 3},
                             {6, 1, 1},   {2, 1, 1}};
  REQUIRE(model->nodes.size() == 17);
  for (std::size_t i = 0; i < 17; ++i) {
    CAPTURE(model->nodes[i].name);
    CHECK(model->nodes[i].output.channels == expected[i][0]);
    CHECK(model->nodes[i].output.height == expected[i][1]);
    CHECK(model->nodes[i].output.width == expected[i][2]);
  }
  const auto named = [&](const std::string& name) {
    return *std::find_if(model->nodes.begin(), model->nodes.end(),
                         [&](const Node& node) { return node.name == name; });
  };
  CHECK(named("depthwise").groups == 3);
  CHECK(named("depthwise").stride.width == 2);
  CHECK(named("scale").inputs == std::vector<int>{3, 6});
  CHECK(named("gate").alpha == doctest::Approx(1 / 6.0));
  CHECK(named("gate").beta == 0.5f);
  CHECK(named("leaky").slope == 0.125f);
  CHECK(named("relu6").low == 0);
  CHECK(named("relu6").high == 6);
  CHECK(named("low").count_padding);
  CHECK(named("low").padding.left == 1);
  CHECK(named("low").padding.right == 0);
}

TEST_CASE("operators of networks from elsewhere that do not fit are refused") {
  const auto error_with = [](const std::string& name, const json& changes) {
    ModelParts parts = made_large_model();
    const json& graph = parts.card["graph"];
    std::size_t index = 0;
    while (graph[index]["name"] != name) ++index;
    return error_after_node(index, changes, std::move(parts));
  };
  const auto refused = [](const std::string& what) { return refusal("node " + what); };
  CHECK(error_with("depthwise", {{"groups", 2}}) ==
        refused("\"depthwise\" has 2 groups of 3 channels; expected as many in each"));
  CHECK(
      error_with("depthwise", {{"groups", 1}}) ==
      refused("\"depthwise\" has a weight of shape [6, 1, 3, 3]; expected 4 dimensions, the second "
              "being 3"));
  for (const json& groups : {json(0), json(4), json(1.5), json("3")}) {
    CHECK(error_with("depthwise", {{"groups", groups}}) ==
          refused("\"depthwise\" has a wrong \"groups\"; expected a whole number from 1 to 3"));
  }
  CHECK(error_after(
            [](ModelParts& parts) {
              parts.tensor("depthwise.weight").shape = {2, 1, 9, 3};
              parts.tensor("depthwise.bias") = f32_tensor("depthwise.bias", {2}, {1, 2});
            },
            made_large_model()) ==
        refused("\"depthwise\" has a weight of shape [2, 1, 9, 3] and 3 groups; expected as many "
                "outputs of each"));
  for (const json& stride : {json(0), json(65), json({1, 2, 3}), json({1, 0}), json(json::array()),
                             json({{"height", 1}, {"width", 1}})}) {
    CHECK(
        error_with("depthwise", {{"stride", stride}}) ==
        refused("\"depthwise\" has a wrong \"stride\"; expected a whole number from 1 to 64, or an "
                "array of 2"));
  }
  CHECK(
      error_with("sum", {{"inputs", {"scale", "conv"}}}) ==
      refused("\"sum\" reads 6 x 10 x 10 and 3 x 20 x 20 values; expected the same of both, or of "
              "the second one a channel"));
  CHECK(
      error_with("scale", {{"inputs", {"gate", "swish"}}}) ==
      refused("\"scale\" reads 6 x 1 x 1 and 6 x 10 x 10 values; expected the same of both, or of "
              "the second one a channel"));
  CHECK(error_with("sum", {{"inputs", {"scale"}}}) == refused("\"sum\" has 1 inputs; expected 2"));
  CHECK(error_with("sum", {{"inputs", {"scale", "swish", "depthwise"}}}) ==
        refused("\"sum\" has 3 inputs; expected 2"));
  CHECK(error_with("sum", {{"inputs", {"scale", "scale"}}}) ==
        refused("\"sum\" reads from \"scale\" twice"));
  CHECK(error_with("scale", {{"relu", true}}) ==
        refused("\"scale\" has the key \"relu\", which this version does not know"));
  CHECK(error_with("leaky", {{"slope", "0.1"}}) ==
        refused("\"leaky\" has a wrong \"slope\"; expected a number from -1e30 to 1e30"));
  CHECK(error_with("leaky", {{"slope", 1e31}}) ==
        refused("\"leaky\" has a wrong \"slope\"; expected a number from -1e30 to 1e30"));
  CHECK(error_with("gate", {{"alpha", json::array({1})}}) ==
        refused("\"gate\" has a wrong \"alpha\"; expected a number from -1e30 to 1e30"));
  CHECK(error_with("relu6", {{"low", 6}}) ==
        refused("\"relu6\" has a \"low\" that is not below its \"high\""));
  CHECK(error_with("relu6", {{"high", 1e300}}) ==
        refused("\"relu6\" has a wrong \"high\"; expected a number from -1e30 to 1e30"));
  CHECK(error_after(
            [](ModelParts& parts) {
              for (json& node : parts.card["graph"]) {
                if (node["name"] == "relu6") node = {{"name", "relu6"}, {"op", "clip"}};
              }
            },
            made_large_model()) == refused("\"relu6\" has neither \"low\" nor \"high\""));
  CHECK(error_with("high", {{"ceil", 1}}) ==
        refused("\"high\" has a wrong \"ceil\"; expected true or false"));
  for (const char* name : {"swish", "squash", "hswish", "gate", "leaky", "relu6"}) {
    for (const char* key : {"relu", "stride", "kernel", "padding", "inputs", "groups", "factor"}) {
      CHECK(error_with(name, {{key, 1}}) == refused("\"" + std::string(name) + "\" has the key \"" +
                                                    key + "\", which this version does not know"));
    }
  }
}

TEST_CASE("random networks are read from their graph as they were made") {
  std::mt19937 random(43);
  for (int i = 0; i < 200; ++i) {
    const Model model = i % 2 == 0 ? random_large_network(random) : random_network(random);
    CAPTURE(shown(model));
    std::map<std::string, TensorView> tensors;
    const auto add = [&tensors](const std::string& name, std::vector<std::int64_t> shape,
                                const std::vector<float>& values) {
      tensors[name] = {
          "F32",
          std::move(shape),
          {reinterpret_cast<const std::uint8_t*>(values.data()), values.size() * sizeof(float)}};
    };
    for (const Node& node : model.nodes) {
      if (node.weight.empty()) continue;
      const auto out = static_cast<std::int64_t>(node.bias.size());
      const Extent& kernel = node.kernel;
      const auto in = static_cast<std::int64_t>(node.weight.size()) / out;
      add(node.name + ".bias", {out}, node.bias);
      if (node.op == Op::conv2d) {
        add(node.name + ".weight",
            {out, in / kernel.height / kernel.width, kernel.height, kernel.width}, node.weight);
      } else if (node.op == Op::linear) {
        add(node.name + ".weight", {out, in}, node.weight);
      } else {
        add(node.name + ".weight", {out}, node.weight);
      }
    }
    const auto nodes = read_graph(parse_json(graph_of(model).dump()).value(),
                                  square_input(model.card.input.size), tensors);
    REQUIRE_MESSAGE(nodes.has_value(), nodes.error().message);
    CHECK(tensors.empty());
    Model read = model;
    read.nodes = *nodes;
    CHECK(shown(read) == shown(model));
    const std::vector<float> input = random_weights(
        static_cast<std::size_t>(model.card.input.size) * model.card.input.size, 1, random);
    const auto expected = naive_outputs(model, input);
    const auto outputs = naive_outputs(read, input);
    for (std::size_t j = 0; j < outputs.size(); ++j) {
      CAPTURE(outputs[j].name);
      REQUIRE(outputs[j].values.size() == expected[j].values.size());
      for (std::size_t k = 0; k < outputs[j].values.size(); ++k) {
        REQUIRE(outputs[j].values[k] == doctest::Approx(expected[j].values[k]).epsilon(1e-4));
      }
    }
  }
}

TEST_CASE("windows are counted as in PyTorch, with a rest and without") {
  // Length, kernel, stride, padding before and behind, ceil; windows.
  const int cases[][7] = {{7, 3, 2, 0, 0, 0, 3},
                          {8, 3, 2, 0, 0, 0, 3},
                          {8, 3, 2, 0, 0, 1, 4},
                          {7, 3, 2, 0, 0, 1, 3},
                          {6, 3, 2, 1, 1, 0, 3},
                          {6, 3, 2, 1, 1, 1, 4},
                          // The last would start in the padding behind.
                          {4, 2, 2, 1, 1, 0, 3},
                          {5, 2, 2, 1, 1, 1, 3},
                          {5, 2, 2, 0, 1, 1, 3},
                          {1, 4, 4, 3, 0, 1, 1},
                          {1, 4, 1, 3, 3, 0, 4},
                          {5, 4, 3, 0, 0, 1, 2}};
  for (const auto& [length, kernel, stride, before, behind, ceil, windows] : cases) {
    const json graph = {{{"name", "pool"},
                         {"op", "max_pool2d"},
                         {"kernel", {kernel, 2}},
                         {"stride", {stride, 1}},
                         {"padding", {before, 0, behind, 0}},
                         {"ceil", ceil == 1}}};
    std::map<std::string, TensorView> none;
    const auto nodes = read_graph(parse_json(graph.dump()).value(), Shape{2, length, 5}, none);
    REQUIRE_MESSAGE(nodes.has_value(), nodes.error().message);
    CAPTURE(graph.dump());
    CHECK(nodes->back().output.height == windows);
    CHECK(nodes->back().output.width == 4);
    CHECK(nodes->back().output.channels == 2);
  }
}

TEST_CASE("upsampling without end is refused") {
  json graph = json::array();
  for (int i = 0; i < 40; ++i) {
    graph.push_back({{"name", "up" + std::to_string(i)}, {"op", "upsample2d"}, {"factor", 8}});
  }
  // 20 x 20 times 8 x 8, three times, is 104.8 M values.
  CHECK(error_after([&](ModelParts& parts) { parts.card["graph"] = graph; }) ==
        refusal("node \"up2\" makes the network too large to run"));
}

TEST_CASE("a second graph's nodes and tensors have its prefix") {
  const ModelParts parts = made_upsampling_model();
  const Bytes file = parts.write();
  const Safetensors contents = parse_safetensors({file.data(), file.size()}).value();
  std::map<std::string, TensorView> prefixed;
  for (const auto& [name, tensor] : contents.tensors) prefixed["lungs." + name] = tensor;
  json described = parts.card["graph"];
  described[3]["inputs"] = {"up2", "conv1"};
  const auto read = [&](std::map<std::string, TensorView>& tensors) {
    return read_graph(parse_json(described.dump()).value(), square_input(20), tensors, "lungs.");
  };

  auto tensors = prefixed;
  const auto nodes = read(tensors);
  REQUIRE_MESSAGE(nodes.has_value(), nodes.error().message);
  const Model plain = load(file).value();
  REQUIRE(nodes->size() == plain.nodes.size());
  for (std::size_t i = 0; i < nodes->size(); ++i) {
    CHECK((*nodes)[i].name == "lungs." + plain.nodes[i].name);
    CHECK((*nodes)[i].inputs == plain.nodes[i].inputs);
    CHECK((*nodes)[i].weight == plain.nodes[i].weight);
  }
  // The self-test's are nobody's.
  CHECK(tensors.size() == 2);

  tensors = contents.tensors;
  CHECK(read(tensors).error().message ==
        "node \"lungs.conv1\" lacks the tensor \"lungs.conv1.weight\"");
  CHECK(tensors.size() == contents.tensors.size());
  described[0]["name"] = "input";
  tensors = prefixed;
  CHECK(read(tensors).error().message == "node \"lungs.input\" has a name that is taken");
  described[0]["name"] = "conv1";
  described[0]["input"] = "input";
  tensors = prefixed;
  CHECK(read(tensors).has_value());
}

TEST_CASE("tensors that do not fit are refused") {
  CHECK(error_after([](ModelParts& parts) { parts.tensors.erase(parts.tensors.begin() + 1); }) ==
        refusal("node \"conv1\" lacks the tensor \"conv1.bias\""));
  CHECK(error_after([](ModelParts& parts) { parts.add("conv9.weight", {1}, {1}); }) ==
        refusal("the tensor \"conv9.weight\" belongs to no node"));
  CHECK(error_after([](ModelParts& parts) { parts.tensor("conv2.weight").shape = {4, 6, 3, 3}; }) ==
        refusal("node \"conv2\" has a weight of shape [4, 6, 3, 3]; expected 4 dimensions, the "
                "second being 4"));
  CHECK(error_after([](ModelParts& parts) { parts.tensor("fc1.weight").shape = {30}; }) ==
        refusal("node \"fc1\" has a weight of shape [30]; expected 2 dimensions, the second being "
                "6"));
  CHECK(error_after([](ModelParts& parts) { parts.tensor("conv2.weight").shape = {6, 4, 9, 1}; }) ==
        refusal(
            "node \"conv2\" has a window of 9 x 1 and a padding of [1, 1, 1, 1]; expected one that "
            "is smaller"));
  CHECK(error_after([](ModelParts& parts) { parts.tensor("fc1.bias").shape = {5, 1}; }) ==
        refusal("node \"fc1\" has a bias of shape [5, 1]; expected [5]"));
  CHECK(error_after([](ModelParts& parts) { parts.tensor("fc1.bias").dtype = "I32"; }) ==
        refusal("node \"fc1\" cannot use the tensor \"fc1.bias\", since its dtype is I32; expected "
                "F32 or F16"));
  CHECK(error_after([](ModelParts& parts) {
          parts.tensor("fc1.bias") = f32_tensor("fc1.bias", {0, 9223372036854775807}, {});
        }) == refusal("node \"fc1\" has the tensor \"fc1.bias\", which is empty or too large"));
}

TEST_CASE("a network that is too large to run is refused") {
  CHECK(error_after([](ModelParts& parts) {
          parts.card["input"]["size"] = 1024;
          parts.tensor("conv1.weight") =
              f32_tensor("conv1.weight", {64, 1, 1, 1}, std::vector<float>(64, 1));
          parts.tensor("conv1.bias") = f32_tensor("conv1.bias", {64}, std::vector<float>(64, 0));
          parts.card["graph"][0]["padding"] = 0;
        }) == refusal("node \"conv1\" makes the network too large to run"));
}

TEST_CASE("pools and concats that are too much to run are refused") {
  const auto error_with = [](const json& graph) {
    return error_after([&graph](ModelParts& parts) {
      parts.card["input"]["size"] = 1024;
      parts.card["graph"] = graph;
    });
  };
  // 961 x 961 windows of 64 x 64: little output, but 3.8 G reads.
  json pools = json::array();
  pools.push_back({{"name", "pool"}, {"op", "average_pool2d"}, {"kernel", 64}, {"stride", 1}});
  CHECK(error_with(pools) == refusal("node \"pool\" makes the network too large to run"));
  // 1021 x 1021 windows of 4 x 4 are 17 M; each pool for itself would be allowed.
  pools = json::array();
  for (int i = 0; i < 4; ++i) {
    pools.push_back({{"name", "pool" + std::to_string(i)},
                     {"op", i % 2 == 0 ? "average_pool2d" : "max_pool2d"},
                     {"input", "input"},
                     {"kernel", 4},
                     {"stride", 1}});
  }
  CHECK(error_with(pools) == refusal("node \"pool3\" makes the network too large to run"));

  // Each concat doubles what it reads; 40 of them would overflow a count of channels.
  json doubling = json::array();
  std::string last = "input";
  for (int i = 0; i < 40; ++i) {
    const std::string number = std::to_string(i);
    for (const char* side : {"a", "b"}) {
      doubling.push_back({{"name", side + number}, {"op", "global_average_pool"}, {"input", last}});
    }
    last = "pair" + number;
    doubling.push_back(
        {{"name", last}, {"op", "concat"}, {"inputs", {"a" + number, "b" + number}}});
  }
  CHECK(error_with(doubling) == refusal("node \"pair23\" makes the network too large to run"));
}
