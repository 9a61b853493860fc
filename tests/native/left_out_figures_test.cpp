// Figures of hospitals that were left out, and the one that compares settings.
#include "evaluation/left_out_figures.h"

#include <doctest/doctest.h>

#include <cmath>
#include <stdexcept>

using namespace thoraxlite;

namespace {

const std::vector<std::string> kLabels = {"covid", "normal", "pneumonia"};

// Films of a class; the first `right` are called so, the others as the next class.
struct Part {
  std::size_t label;
  int films, right;
};

LeftOutFilms hospital_of(const std::string& name, const std::vector<Part>& parts) {
  LeftOutFilms hospital{name, {}};
  ScoredImages& images = hospital.images;
  images.labels = kLabels;
  for (const Part& part : parts) {
    for (int i = 0; i < part.films; ++i) {
      std::vector<float> targets(3, 0.0f), logits(3, -1.0f), scores(3, 0.25f);
      targets[part.label] = 1;
      const std::size_t called = i < part.right ? part.label : (part.label + 1) % 3;
      logits[called] = 1;
      scores[called] = 0.75f;
      images.targets.push_back(targets);
      images.logits.push_back(logits);
      images.scores.push_back(scores);
      images.sources.push_back(name);
      images.patients.push_back(name + std::to_string(images.sources.size()));
    }
  }
  return hospital;
}

}  // namespace

TEST_CASE("classes of fewer than ten films are shown and count in no mean") {
  // Normal: 8 of 10 right, 2 called pneumonia; covid: 5 of 10, 5 called normal; pneumonia: 0 of 9.
  const auto result =
      left_out_figures({hospital_of("nih", {{1, 10, 8}, {0, 10, 5}, {2, 9, 0}})}, "normal");
  const HospitalFigures& nih = result.hospitals.at(0);
  REQUIRE(nih.classes.size() == 3);
  CHECK(nih.classes[0].label == "covid");
  CHECK(nih.classes[0].correct == 5);
  CHECK(nih.classes[0].counts);
  CHECK_FALSE(nih.classes[2].counts);
  CHECK(nih.classes[2].recall == 0);
  CHECK(nih.mean_recall == doctest::Approx((0.8 + 0.5) / 2));
  CHECK(nih.mean_recall_95.low < 0.65);
  CHECK(nih.mean_recall_95.high > 0.65);
  // All nineteen others are a side of the AUROC: the logit of normal is high in 8 of 10 normal
  // films, and in 5 of the others.
  const double area = (8 * 14 + 0.5 * (8 * 5 + 2 * 14)) / (10 * 19);
  CHECK(nih.area_under_roc == doctest::Approx(area));
  CHECK(selection_figure(nih) == nih.area_under_roc);
  CHECK(nih.over.patients == 29);
}

TEST_CASE("a hospital of one class has its recall and no AUROC; nine films of a side are too few") {
  const auto result = left_out_figures(
      {hospital_of("cxnet", {{0, 20, 15}}), hospital_of("hannover", {{0, 30, 30}, {1, 9, 9}}),
       hospital_of("tiny", {{0, 9, 9}, {1, 2, 2}})},
      "normal");
  const HospitalFigures &cxnet = result.hospitals[0], &hannover = result.hospitals[1],
                        &tiny = result.hospitals[2];
  CHECK(std::isnan(cxnet.area_under_roc));
  CHECK(cxnet.mean_recall == doctest::Approx(0.75));
  CHECK(cxnet.classes.size() == 1);
  CHECK(selection_figure(cxnet) == cxnet.mean_recall);
  CHECK(std::isnan(hannover.area_under_roc));
  CHECK(hannover.mean_recall == 1);
  CHECK(hannover.mean_recall_95.low < 1);  // thirty right ones are no certainty
  CHECK(std::isnan(tiny.mean_recall));
  CHECK(std::isnan(selection_figure(tiny)));
  CHECK(result.area_under_roc.hospitals == 0);
  CHECK(std::isnan(result.area_under_roc.mean));
  CHECK(result.selection.hospitals == 2);
  CHECK(result.selection.mean == doctest::Approx((0.75 + 1) / 2));
  CHECK(to_json(result)["area_under_roc"]["mean"].is_null());
  CHECK(to_json(result)["hospitals"]["tiny"]["classes"]["covid"]["correct"] == 9);
}

TEST_CASE("the selection figure is the mean of AUROCs, and of mean recalls where there is none") {
  const auto result = left_out_figures(
      {hospital_of("nih", {{1, 10, 10}, {2, 10, 10}}), hospital_of("cxnet", {{0, 20, 5}})},
      "normal");
  CHECK(result.hospitals[0].area_under_roc == 1);
  CHECK(result.selection.mean == doctest::Approx((1 + 0.25) / 2));
  CHECK(result.mean_recall.mean == doctest::Approx((1 + 0.25) / 2));
  CHECK(result.area_under_roc.hospitals == 1);
  CHECK(result.pooled.images == 40);
  CHECK(result.pooled.mean_recall == doctest::Approx((1 + 1 + 0.25) / 3));
}

TEST_CASE("the best setting is chosen, of equals the first, of those that diverged none") {
  const auto setting = [](const std::string& name, int right) {
    return SettingFigures{name,
                          left_out_figures({hospital_of("cxnet", {{0, 20, right}})}, "normal")};
  };
  std::vector<SettingFigures> settings = {setting("a", 5), setting("b", 9), setting("c", 9)};
  CHECK(chosen(settings) == 1);
  CHECK(to_table(settings).find("chosen: b\n") != std::string::npos);
  CHECK(to_table(settings).find("covid 0.450 (9 of 20)") != std::string::npos);
  settings[1].diverged = "cxnet left out: no number";
  settings[1].left_out = {};
  CHECK(chosen(settings) == 2);
  CHECK(to_table(settings).find("b: cxnet left out: no number") != std::string::npos);
  const std::vector<SettingFigures> none = {
      {"tiny", left_out_figures({hospital_of("tiny", {{0, 5, 5}})}, "normal")}};
  CHECK(chosen(none) == 1);
  CHECK(to_table(none).find("chosen: none") != std::string::npos);
}

TEST_CASE(
    "labels of which several may be present, and a normal one that is not there, are refused") {
  LeftOutFilms hospital = hospital_of("nih", {{1, 10, 10}});
  CHECK_THROWS_WITH_AS(left_out_figures({hospital}, "No Finding"),
                       "no label 'No Finding' for films without a finding; expected one of covid, "
                       "normal, pneumonia",
                       std::runtime_error);
  hospital.images.exclusive = false;
  CHECK_THROWS_AS(left_out_figures({hospital}, "normal"), std::runtime_error);
}
