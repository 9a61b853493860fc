// Figures of folds, and of all of them together.
#include "evaluation/fold_figures.h"

#include <doctest/doctest.h>

#include <cmath>

using namespace thoraxlite;

namespace {

// Of two labels and 20 images, two a patient; the first `right` are called as they are.
ScoredImages fold_of(int right, const std::string& patients, bool exclusive = true) {
  ScoredImages images;
  images.labels = {"a", "b"};
  images.exclusive = exclusive;
  for (int i = 0; i < 20; ++i) {
    const bool first = i % 2 == 0, called_first = first == (i < right);
    images.targets.push_back({first ? 1.0f : 0.0f, first ? 0.0f : 1.0f});
    images.scores.push_back({called_first ? 0.8f : 0.2f, called_first ? 0.2f : 0.8f});
    images.logits.push_back({called_first ? 2.0f : -2.0f, called_first ? -2.0f : 2.0f});
    images.called.push_back({called_first ? 1 : 0, called_first ? 0 : 1});
    images.sources.push_back("nih");
    images.patients.push_back(patients.empty() ? "" : patients + std::to_string(i / 2));
  }
  return images;
}

double value(const FoldFigures& fold, const std::string& name) {
  for (const FoldFigure& figure : fold.figures) {
    if (figure.name == name) return figure.value;
  }
  return NAN;
}

}  // namespace

TEST_CASE("pooled figures are of every image once; folds have their own") {
  const CrossValidation result =
      cross_validate("by patient", {fold_of(20, "p"), fold_of(18, "q"), fold_of(10, "r")});
  CHECK(value(result.folds[0], "accuracy") == 1);
  CHECK(result.folds[0].figures[0].interval.low < 1);  // twenty right ones are no certainty
  CHECK(value(result.folds[1], "accuracy") == doctest::Approx(0.9));
  CHECK(value(result.folds[2], "accuracy") == doctest::Approx(0.5));
  CHECK(result.pooled.images == 60);
  CHECK(value(result.pooled, "accuracy") == doctest::Approx(48.0 / 60));
  CHECK(to_string(result.pooled.over) == "30 patients");
  REQUIRE(result.spread[0].name == "accuracy");
  CHECK(result.spread[0].mean == doctest::Approx(0.8));
  CHECK(result.spread[0].low == doctest::Approx(0.5));
  CHECK(result.spread[0].high == 1);
  const auto json = to_json(result);
  CHECK(json["all_folds"]["accuracy"] == 0.8);
  CHECK(json["all_folds"]["accuracy_95"][0].get<double>() < 0.8);
  CHECK(json["folds"][1]["accuracy"] == 0.9);
  CHECK(json["all_folds"]["intervals_over"]["patients"] == 30);
  CHECK(json["over_folds"]["accuracy"]["lowest"] == 0.5);
  CHECK(to_table(result).find("30 patients") != std::string::npos);
}

TEST_CASE("without patients the intervals are over images, and it is said") {
  const CrossValidation result = cross_validate("by image", {fold_of(18, ""), fold_of(18, "")});
  CHECK(to_string(result.pooled.over) == "40 images (patients unknown)");
  // Both wrong images of a fold are one patient's there: over images the interval is narrower.
  const CrossValidation by_patient =
      cross_validate("by patient", {fold_of(18, "p"), fold_of(18, "q")});
  const auto width = [](const CrossValidation& of) {
    return of.pooled.figures[0].interval.high - of.pooled.figures[0].interval.low;
  };
  CHECK(width(result) < width(by_patient));
}

TEST_CASE("findings are called by their own fold's thresholds") {
  // The same scores, called otherwise: as a fold with another threshold would.
  ScoredImages strict = fold_of(20, "p", false), lax = fold_of(20, "q", false);
  for (auto& called : lax.called) called = {1, 1};
  const CrossValidation result = cross_validate("by patient", {strict, lax});
  CHECK(value(result.folds[0], "accuracy") == 1);
  CHECK(value(result.folds[1], "accuracy") == doctest::Approx(0.5));
  CHECK(value(result.pooled, "accuracy") == doctest::Approx(0.75));
}

TEST_CASE("a figure that a fold does not define has no spread") {
  ScoredImages one_sided = fold_of(20, "p", false);
  for (auto& targets : one_sided.targets) targets = {1, 1};
  const CrossValidation result = cross_validate("by patient", {one_sided, fold_of(18, "q", false)});
  for (const FigureSpread& spread : result.spread) {
    if (spread.name != "mean_area_under_roc") continue;
    CHECK(std::isnan(spread.mean));
    CHECK(std::isnan(spread.low));
  }
  CHECK(std::isfinite(value(result.pooled, "mean_area_under_roc")));
  CHECK(to_json(result)["over_folds"]["mean_area_under_roc"]["mean"].is_null());
}
