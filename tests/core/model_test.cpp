#include "core/model/model.h"

#include <doctest/doctest.h>

#include <limits>

#include "made_models.h"

using namespace thoraxlite;
using nlohmann::json;

TEST_CASE("a sound model is read with its shapes") {
  ModelParts parts = made_model();
  parts.card["training"] = {{"anything", {1, 2, 3}}};
  const auto model = load(parts.write());
  REQUIRE(model.has_value());
  CHECK(model->card.name == "made");
  CHECK(model->card.labels == std::vector<std::string>{"alpha", "beta"});
  CHECK(model->card.activation == Activation::softmax);
  CHECK(model->card.temperature == 1.5f);
  CHECK(model->card.operating_points[1].threshold == 0.75f);
  CHECK(model->card.operating_points[1].positives == 20);
  CHECK(json::parse(model->card.json) == parts.card);
  CHECK(model->self_test.image.width == 23);
  CHECK(model->self_test.image.height == 17);

  REQUIRE(model->nodes.size() == 6);
  const int expected[][3] = {{4, 20, 20}, {4, 10, 10}, {6, 5, 5}, {6, 1, 1}, {5, 1, 1}, {2, 1, 1}};
  for (std::size_t i = 0; i < 6; ++i) {
    CAPTURE(model->nodes[i].name);
    CHECK(model->nodes[i].output.channels == expected[i][0]);
    CHECK(model->nodes[i].output.height == expected[i][1]);
    CHECK(model->nodes[i].output.width == expected[i][2]);
    CHECK(model->nodes[i].inputs == std::vector<int>{static_cast<int>(i) - 1});
  }
}

TEST_CASE("a file that does not say what it is is refused") {
  CHECK(load({}).error().message == "The file is not valid safetensors: it is empty.");
  CHECK(error_after([](ModelParts& parts) { parts.metadata.clear(); }) ==
        refusal("its metadata does not say the format \"thoraxlite.student.v1\""));
  CHECK(error_after([](ModelParts& parts) { parts.metadata["format"] = "pt"; }) ==
        refusal("its metadata does not say the format \"thoraxlite.student.v1\""));
  CHECK(error_after([](ModelParts& parts) { parts.card = nullptr; }) ==
        refusal("its metadata has no card"));
  CHECK(error_after([](ModelParts& parts) {
          parts.card = nullptr;
          parts.metadata["card"] = "{";
        }).find("its card is not sound JSON") != std::string::npos);
  CHECK(error_after([](ModelParts& parts) { parts.card = json::array(); }) ==
        refusal("the card is not a JSON object"));
}

TEST_CASE("a card that lacks something is refused") {
  for (const char* key : {"name", "labels", "activation", "input", "graph", "calibration"}) {
    CHECK(error_after([key](ModelParts& parts) { parts.card.erase(key); }) ==
          refusal("the card lacks \"" + std::string(key) + "\""));
  }
  for (const char* key : {"size", "channels", "resize", "mean", "std"}) {
    CHECK(error_after([key](ModelParts& parts) { parts.card["input"].erase(key); }) ==
          refusal("the card's input lacks \"" + std::string(key) + "\""));
  }
  for (const char* key :
       {"label", "threshold", "sensitivity", "specificity", "positives", "cases"}) {
    CHECK(error_after([key](ModelParts& parts) {
            parts.card["calibration"]["operating_points"][0].erase(key);
          }) == refusal("the operating point of \"alpha\" lacks \"" + std::string(key) + "\""));
  }
}

TEST_CASE("a card with a wrong value is refused") {
  const auto wrong = [](const char* pointer, const json& value) {
    return error_after([&](ModelParts& parts) { parts.card[json::json_pointer(pointer)] = value; });
  };
  CHECK(wrong("/name", "") ==
        refusal("the card has a wrong \"name\"; expected a text of at most 256 bytes"));
  CHECK(wrong("/name", std::string(300, 'x')) ==
        refusal("the card has a wrong \"name\"; expected a text of at most 256 bytes"));
  CHECK(wrong("/activation", "tanh") ==
        refusal("the card has a wrong \"activation\"; expected \"sigmoid\" or \"softmax\""));
  CHECK(wrong("/labels", json::array()) == refusal("the card has no labels"));
  CHECK(wrong("/labels/1", "alpha") == refusal("the card has the label \"alpha\" twice"));
  CHECK(wrong("/labels/1", 3) == refusal("the card has a label that is not a short text"));
  CHECK(wrong("/graph", json::array()) == refusal("the graph has no nodes"));
  CHECK(wrong("/input/channels", 3) ==
        refusal("the card's input has a wrong \"channels\"; expected a whole number from 1 to 1"));
  CHECK(wrong("/input/resize", "nearest") ==
        refusal("the card's input has a wrong \"resize\"; expected \"area\""));
  for (const json& size : {json(0), json(-1), json(1025), json(20.0), json(18446744073709551615u),
                           json("20"), json(nullptr)}) {
    CHECK(wrong("/input/size", size) ==
          refusal("the card's input has a wrong \"size\"; expected a whole number from 1 to 1024"));
  }
  CHECK(wrong("/input/std", 0) ==
        refusal("the card's input has a wrong \"std\"; expected a number from 1e-6 to 10.0"));
  CHECK(wrong("/input/crop", 1) ==
        refusal("the card's input has the key \"crop\", which this version does not know"));
  CHECK(wrong("/calibration/temperature", 0) ==
        refusal("the card's calibration has a wrong \"temperature\"; expected a number from 0.001 "
                "to 1000.0"));
  CHECK(wrong("/calibration/operating_points", json::array()) ==
        refusal("the card's calibration has 0 operating points; expected 2, one a label"));
  CHECK(wrong("/calibration/operating_points/1/label", "alpha") ==
        refusal("the operating point of \"beta\" is missing; the operating points must stand in "
                "the order of the labels"));
  CHECK(wrong("/calibration/operating_points/0/threshold", 1.5) ==
        refusal("the operating point of \"alpha\" has a wrong \"threshold\"; expected a number "
                "from 0.0 to 1.0"));
  CHECK(wrong("/calibration/operating_points/0/positives", 31) ==
        refusal("the operating point of \"alpha\" has a wrong \"positives\"; expected a whole "
                "number from 0 to 30"));
}

TEST_CASE("numbers that are not finite are refused") {
  const float nan = std::numeric_limits<float>::quiet_NaN();
  const float infinity = std::numeric_limits<float>::infinity();
  for (const float value : {nan, infinity, -infinity}) {
    CHECK(error_after([value](ModelParts& parts) {
            parts.tensor("fc2.bias") = f32_tensor("fc2.bias", {2}, {0, value});
          }) == refusal("node \"fc2\" has the tensor \"fc2.bias\", which holds a number that is "
                        "not finite"));
    CHECK(error_after([value](ModelParts& parts) {
            parts.tensor("self_test.logits") = f32_tensor("self_test.logits", {2}, {0, value});
          }) == refusal("self_test.logits holds a number that is not finite"));
  }
}

TEST_CASE("a model without a fitting self-test is refused") {
  CHECK(error_after([](ModelParts& parts) { parts.tensors.pop_back(); }) ==
        refusal("it has no self-test (self_test.image and self_test.logits)"));
  CHECK(error_after([](ModelParts& parts) { parts.tensor("self_test.logits").shape = {1, 2}; }) ==
        refusal("self_test.logits is not F32 [2], one a label"));
  CHECK(error_after([](ModelParts& parts) { parts.tensor("self_test.image").shape = {17 * 23}; }) ==
        refusal("self_test.image is not a U8 [height, width] image of at most 1024 pixels a side"));
}
