// The card's graph and the tensors of its nodes.
#include "core/model/graph.h"

#include <doctest/doctest.h>

#include "core/json/json.h"
#include "core/model/safetensors.h"
#include "made_models.h"

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
  CHECK(error_after_node(0, {{"op", "deconv"}}) ==
        refusal("node \"conv1\" has the operator \"deconv\"; expected conv2d, scale_shift, "
                "max_pool2d, average_pool2d, global_average_pool, concat, upsample2d or linear"));
  CHECK(error_after_node(0, {{"dilation", 2}}) ==
        refusal("node \"conv1\" has the key \"dilation\", which this version does not know"));
  CHECK(error_after_node(0, {{"stride", 0}}) ==
        refusal("node \"conv1\" has a wrong \"stride\"; expected a whole number from 1 to 64"));
  CHECK(error_after_node(0, {{"relu", 1}}) ==
        refusal("node \"conv1\" has a wrong \"relu\"; expected true or false"));
  CHECK(error_after_node(0, {{"padding", 5}}) ==
        refusal("node \"conv1\" has a weight of shape [4, 1, 5, 5] and a padding of 5; expected a "
                "square kernel larger than the padding"));
  CHECK(error_after_node(1, {{"kernel", 21}, {"stride", 2}}) ==
        refusal("node \"pool1\" has a window that is larger than what it reads"));
  CHECK(error_after_node(1, {{"stride", 3}}) ==
        refusal("node \"pool1\" has a wrong \"stride\"; expected a whole number from 1 to 2"));
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

  for (const int padding : {-1, 2}) {
    CHECK(error_after_dense_node("pool0", {{"padding", padding}}) ==
          refusal("node \"pool0\" has a wrong \"padding\"; expected a whole number from 0 to 1"));
  }
  CHECK(error_after_dense_node("pool1", {{"padding", 1}}) ==
        refusal("node \"pool1\" has the key \"padding\", which this version does not know"));
  CHECK(error_after_dense_node("pool1", {{"kernel", 6}}) ==
        refusal("node \"pool1\" has a window that is larger than what it reads"));
  CHECK(error_after_dense_node("pool1", {{"kernel", 1}}) ==
        refusal("node \"pool1\" has a wrong \"kernel\"; expected a whole number from 2 to 64"));
  CHECK(error_after_dense_node("pool1", {{"stride", 3}}) ==
        refusal("node \"pool1\" has a wrong \"stride\"; expected a whole number from 1 to 2"));

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
        refusal("node \"conv2\" has a weight of shape [6, 4, 9, 1] and a padding of 1; expected a "
                "square kernel larger than the padding"));
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
