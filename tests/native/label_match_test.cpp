// Labels of other data than the model's: by name, by a map, and what the sentences name.
#include "data/label_match.h"

#include <doctest/doctest.h>

#include <string>
#include <vector>

#include "made_folder.h"

using namespace thoraxlite;

namespace {

using Names = std::vector<std::string>;

const Names kModel = {"normal", "pneumonia", "covid"};

}  // namespace

TEST_CASE("labels match by name, in any order; what is not there is unknown") {
  const LabelMatch match = match_labels(kModel, {"pneumonia", "mass", "normal"}, {}, "ext");
  CHECK(match.unknown == Names{"covid"});
  CHECK(match.unused == Names{"mass"});
  CHECK(matched_targets(match, {1, 0, 0}) == std::vector<float>{0, 1, -1});
  CHECK(matched_targets(match, {-1, 1, 1}) == std::vector<float>{1, -1, -1});
}

TEST_CASE("a map gives labels other names, several for one, or none") {
  const LabelsMap map = {{"pneumonia", "Pneumonia"}, {"pneumonia", "Consolidation"}, {"covid", ""}};
  const LabelMatch match =
      match_labels(kModel, {"Pneumonia", "Consolidation", "normal", "covid"}, map, "ext");
  CHECK(match.unknown == Names{"covid"});  // the data's covid is another thing, says the map
  CHECK(match.unused == Names{"covid"});
  CHECK(matched_targets(match, {0, 1, 0, 1}) == std::vector<float>{0, 1, -1});
  CHECK(matched_targets(match, {-1, 0, 1, 0}) == std::vector<float>{1, -1, -1});
  CHECK(matched_targets(match, {-1, 1, 0, 0}) == std::vector<float>{0, 1, -1});
  CHECK(matched_targets(match, {0, 0, 0, 0}) == std::vector<float>{0, 0, -1});
}

TEST_CASE("where nothing matches, both lists are named") {
  const std::string nothing =
      reason([] { match_labels(kModel, {"Mass", "Effusion"}, {}, "nih/"); });
  CHECK(contains(nothing, "nih/: none of its labels"));
  CHECK(contains(nothing, "'normal', 'pneumonia', 'covid'"));
  CHECK(contains(nothing, "'Mass', 'Effusion'"));
  CHECK(contains(nothing, "--labels-map"));
  for (const LabelsMap& wrong : {LabelsMap{{"flu", "Mass"}}, LabelsMap{{"covid", "Flu"}}}) {
    const std::string why = reason([&] { match_labels(kModel, {"Mass", "normal"}, wrong, "x"); });
    CHECK(contains(why, "pairs '" + wrong[0].first + "' with '" + wrong[0].second + "'"));
    CHECK(contains(why, "'Mass', 'normal'"));
  }
}

TEST_CASE("a labels map is a csv of model and data") {
  const MadeFolder folder;
  const auto read = [&](const std::string& text) {
    return read_labels_map(folder.write("map.csv", text));
  };
  CHECK(read("data,model\nPneumonia,pneumonia\n,covid\n") ==
        LabelsMap{{"pneumonia", "Pneumonia"}, {"covid", ""}});
  CHECK(contains(reason([&] { read("a,b\nx,y\n"); }), "no column 'model'"));
  CHECK(contains(reason([&] { read("model,data\n,x\n"); }), "row 2: no label of the model"));
  CHECK(contains(reason([&] { read("model,data\na,b\na,b\n"); }), "row 3: the pair stands"));
}
