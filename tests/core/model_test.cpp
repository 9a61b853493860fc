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

TEST_CASE("operating sets are read beside the default") {
  ModelParts parts = made_model();
  add_operating_sets(parts);
  const auto model = load(parts.write());
  REQUIRE(model.has_value());
  CHECK(model->card.operating_points[0].threshold == 0.25f);
  const std::vector<OperatingSet>& sets = model->card.operating_sets;
  REQUIRE(sets.size() == 2);
  CHECK(sets[0].name == "sensitivity_90");
  CHECK(sets[1].name == "sensitivity_90/adults");
  CHECK(sets[0].points[0].threshold == 0.125f);
  CHECK(sets[0].points[0].threshold_95->high == 0.25f);
  CHECK(sets[0].points[1].is_measured());
  CHECK(sets[1].points[1].positives == 19);
  CHECK_FALSE(sets[1].points[1].is_measured());
}

TEST_CASE("an operating set that is not sound is refused") {
  ModelParts sound = made_model();
  add_operating_sets(sound);
  const auto wrong = [&](const std::string& pointer, const json& value) {
    return error_after(
        [&](ModelParts& parts) {
          parts.card[json::json_pointer("/operating_sets" + pointer)] = value;
        },
        sound);
  };
  CHECK(wrong("", 3) == refusal("the card has a wrong \"operating_sets\"; expected an array"));
  CHECK(wrong("/0", 3) == refusal("an operating set is not a JSON object"));
  CHECK(wrong("/0", json::object()) == refusal("an operating set lacks \"name\""));
  for (const json& name : {json("a b"), json("a/b"), json("A"), json("\u00e9"), json("a\n"),
                           json(std::string(41, 'a'))}) {
    CHECK(wrong("/0/name", name) ==
          refusal("an operating set has a wrong \"name\" or \"population\"; expected a-z, 0-9 "
                  "and _, at most 40"));
    CHECK(wrong("/1/population", name) == wrong("/0/name", name));
  }
  CHECK(wrong("/0/name", 1) ==
        refusal("an operating set has a wrong \"name\"; expected a text of at most 256 bytes"));
  CHECK(wrong("/1/population", "all") ==
        refusal("an operating set is called \"sensitivity_90\", as another is"));
  CHECK(wrong("/0/name", "youden") ==
        refusal("an operating set is called \"youden\", as another is"));
  CHECK(wrong("/0/rule", 1) ==
        refusal("an operating set has the key \"rule\", which this version does not know"));
  CHECK(wrong("/0/points", json::array()) ==
        refusal("an operating set has 0 operating points; expected 2, one a label"));
  CHECK(wrong("/0/points/0/label", "beta") ==
        refusal("the operating point of \"alpha\" is missing; the operating points must stand in "
                "the order of the labels"));
  CHECK(wrong("/0/points/1/threshold", -0.1) ==
        refusal("the operating point of \"beta\" has a wrong \"threshold\"; expected a number "
                "from 0.0 to 1.0"));
  CHECK(wrong("/0/points/0/threshold", 0.3) ==
        refusal("the threshold_95 of \"alpha\" does not hold the threshold"));
  CHECK(wrong("/1/points/1/sensitivity", 0.9) ==
        refusal("the operating point of \"beta\" has the key \"sensitivity\", which this version "
                "does not know"));
  json many = json::array();
  for (int i = 0; i < 17; ++i) {
    many.push_back(sound.card["operating_sets"][0]);
    many.back()["name"] = "set_" + std::to_string(i);
  }
  CHECK(wrong("", many) == refusal("the card has too many operating sets"));
  many.erase(16);
  CHECK(wrong("", many) == "no error");
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

namespace {

ModelParts made_with_lungs() {
  ModelParts parts = made_model();
  add_lungs(parts);
  return parts;
}

Result<LungGraph> load(const ModelParts& lungs) {
  const Bytes file = lungs.write();
  return load_lungs({file.data(), file.size()});
}

}  // namespace

TEST_CASE("a model that sees lungs is read with its lung network and its view") {
  const auto model = load(made_with_lungs().write());
  REQUIRE_MESSAGE(model.has_value(), model.error().message);
  REQUIRE(model->lungs.has_value());
  CHECK(model->lungs->size == kMadeLungInput);
  REQUIRE(model->lungs->nodes.size() == 5);
  CHECK(model->lungs->nodes[0].name == "lungs.down1");
  CHECK(model->lungs->nodes.back().output.height == kMadeLungInput / 2);
  REQUIRE(model->card.view.has_value());
  CHECK(model->card.view->film == kMadeFilm);
  CHECK(model->card.view->margin == 0.05f);
  CHECK(model->card.view->mean == 0.5f);
  CHECK(model->card.view->deviation == 0.175f);
  CHECK(model->card.view->outside == Outside::faded);
  CHECK(film_side(model->card) == kMadeFilm);

  ModelParts kept = made_with_lungs();
  kept.card["view"]["outside"] = "kept";
  CHECK(load(kept.write())->card.view->outside == Outside::kept);

  // A network that sees films whole may come with lungs, to say where they are.
  ModelParts whole = made_with_lungs();
  whole.card.erase("view");
  const auto of_whole = load(whole.write());
  REQUIRE(of_whole.has_value());
  CHECK(of_whole->lungs.has_value());
  CHECK(film_side(of_whole->card) == 20);
  CHECK_FALSE(load(made_model().write())->lungs.has_value());
}

TEST_CASE("a view that does not fit is refused") {
  const auto wrong = [](const char* key, const json& value) {
    return error_after([&](ModelParts& parts) { parts.card["view"][key] = value; },
                       made_with_lungs());
  };
  CHECK(error_after([](ModelParts& parts) { parts.card.erase("lungs"); }, made_with_lungs()) ==
        refusal("its card has a view of the lungs, but no lung network"));
  for (const char* key : {"film", "margin", "mean", "deviation", "outside"}) {
    CHECK(
        error_after([&](ModelParts& parts) { parts.card["view"].erase(key); }, made_with_lungs()) ==
        refusal("the card's view lacks \"" + std::string(key) + "\""));
  }
  CHECK(
      wrong("outside", "blurred") ==
      refusal("the card's view has a wrong \"outside\"; expected \"faded\", \"cut\" or \"kept\""));
  for (const json& film : {json(11), json(1025), json(40.5), json("40")}) {
    CHECK(wrong("film", film) ==
          refusal("the card's view has a wrong \"film\"; expected a whole number from 12 to 1024"));
  }
  CHECK(wrong("margin", 1.1) ==
        refusal("the card's view has a wrong \"margin\"; expected a number from 0.0 to 1.0"));
  CHECK(wrong("mean", -0.1) ==
        refusal("the card's view has a wrong \"mean\"; expected a number from 0.0 to 1.0"));
  CHECK(wrong("deviation", 0) ==
        refusal("the card's view has a wrong \"deviation\"; expected a number from 0.001 to 1.0"));
  CHECK(wrong("sharpness", 1) ==
        refusal("the card's view has the key \"sharpness\", which this version does not know"));
}

TEST_CASE("a lung network that does not fit is refused, in a model file and alone") {
  const auto refused = [](const std::string& what, const auto& change) {
    CAPTURE(what);
    CHECK(error_after([&](ModelParts& parts) { change(parts, parts.card["lungs"]); },
                      made_with_lungs()) == refusal(what));
    ModelParts alone = made_lungs();
    change(alone, alone.card);
    const auto lungs = load(alone);
    REQUIRE_FALSE(lungs.has_value());
    CHECK(lungs.error().message == refusal(what));
  };
  const auto replace = [](ModelParts& parts, const std::string& name,
                          std::vector<std::int64_t> shape, const std::vector<float>& values) {
    parts.tensor(name) = f32_tensor(name, std::move(shape), values);
  };
  refused("the card's lungs lacks \"size\"", [](ModelParts&, json& lungs) { lungs.erase("size"); });
  refused("the card's lungs lacks \"graph\"",
          [](ModelParts&, json& lungs) { lungs.erase("graph"); });
  refused("the card's lungs has a wrong \"size\"; expected a whole number from 1 to 1024",
          [](ModelParts&, json& lungs) { lungs["size"] = 1025; });
  refused("the lung network gives 2 x 10 x 10 values; expected one square map",
          [&](ModelParts& parts, json&) {
            replace(parts, "lungs.lungs.weight", {2, 5, 1, 1}, std::vector<float>(10, 1));
            replace(parts, "lungs.lungs.bias", {2}, {0, 0});
          });
  refused("node \"lungs.down2\" lacks the tensor \"lungs.down2.bias\"",
          [](ModelParts& parts, json&) { parts.tensor("lungs.down2.bias").name = "lungs.other"; });
  refused("the tensor \"lungs.other\" belongs to no node",
          [](ModelParts& parts, json&) { parts.add("lungs.other", {1}, {0}); });
  for (const float value : {std::nanf(""), std::numeric_limits<float>::infinity()}) {
    refused(
        "node \"lungs.lungs\" has the tensor \"lungs.lungs.bias\", which holds a number that is "
        "not finite",
        [&](ModelParts& parts, json&) { replace(parts, "lungs.lungs.bias", {1}, {value}); });
  }
  CHECK(error_after(
            [](ModelParts& parts) {
              parts.card.erase("lungs");
              parts.card.erase("view");
            },
            made_with_lungs()) == refusal("the tensor \"lungs.down1.bias\" belongs to no node"));
}

TEST_CASE("a lung file is no model file, and a model file no lung file") {
  REQUIRE(load(made_lungs()).has_value());
  CHECK(load(made_lungs())->nodes.size() == 5);
  CHECK(load(made_lungs().write()).error().message ==
        refusal("its metadata does not say the format \"thoraxlite.student.v1\""));
  CHECK(load(made_with_lungs()).error().message ==
        refusal("its metadata does not say the format \"thoraxlite.lungs.v1\""));
  CHECK(load_lungs({}).error().message == "The file is not valid safetensors: it is empty.");
}
