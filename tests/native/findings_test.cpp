// Figures of datasets whose labels do not exclude each other, against values worked out by hand.
#include <doctest/doctest.h>

#include <cmath>
#include <limits>
#include <stdexcept>

#include "evaluation/evaluation.h"

using namespace thoraxlite;

namespace {

// Three labels: two with both sides, one that no image has; some unknown.
ScoredImages chest() {
  return {{"effusion", "edema", "hernia"},
          false,
          {{0.9f, 0.2f, 0.1f},
           {0.8f, 0.7f, 0.6f},
           {0.3f, 0.6f, 0.2f},
           {0.6f, 0.1f, 0.1f},
           {0.1f, 0.4f, 0.3f}},
          {{1, 0, 0}, {1, 1, 0}, {1, -1, 0}, {0, 0, -1}, {0, 1, 0}},
          {"east", "east", "east", "west", "west"}};
}

}  // namespace

TEST_CASE("counts of a finding leave unknown labels out") {
  const Evaluation evaluation = evaluate(chest(), {0.5f, 0.5f, 0.5f});
  CHECK_FALSE(evaluation.classes);
  const FindingFigures& edema = evaluation.findings.findings[1];
  CHECK(edema.unknown == 1);
  CHECK(edema.counts.true_positives == 1);
  CHECK(edema.counts.false_negatives == 1);
  CHECK(edema.counts.false_positives == 0);
  CHECK(edema.counts.true_negatives == 2);
  CHECK(edema.counts.precision() == 1);
  CHECK(edema.counts.f1() == doctest::Approx(2.0 / 3));
  CHECK(edema.area_under_roc == doctest::Approx(1));
  const FindingFigures& hernia = evaluation.findings.findings[2];
  CHECK(hernia.counts.false_positives == 1);
  CHECK(std::isnan(hernia.counts.sensitivity()));
  CHECK(std::isnan(hernia.average_precision.value));
}

TEST_CASE("micro, macro and weighted averages") {
  // effusion: 2 right calls, 1 missed, 1 false; edema: 1, 1, 0; hernia: 1 false.
  const FindingsReport report = report_findings(chest(), {0.5f, 0.5f, 0.5f});
  CHECK(report.without_positives == std::vector<std::string>{"hernia"});
  CHECK(report.micro.precision.value == doctest::Approx(3.0 / 5));
  CHECK(report.micro.recall.value == doctest::Approx(3.0 / 5));
  CHECK(report.micro.f1.value == doctest::Approx(6.0 / 10));
  CHECK(report.macro.precision.value == doctest::Approx((2.0 / 3 + 1) / 2));
  CHECK(report.macro.recall.value == doctest::Approx((2.0 / 3 + 0.5) / 2));
  CHECK(report.macro.f1.value == doctest::Approx(2.0 / 3));
  CHECK(report.weighted.precision.value == doctest::Approx((3 * 2.0 / 3 + 2 * 1) / 5));
  CHECK(report.weighted.recall.value == doctest::Approx(report.micro.recall.value));
  // 13 known pairs, 4 of them called wrongly.
  CHECK(report.accuracy.value == doctest::Approx(9.0 / 13));
  CHECK(report.mean_area_under_roc.value == doctest::Approx((5.0 / 6 + 1) / 2));
  CHECK(report.accuracy.interval.low < 9.0 / 13);
  CHECK(report.accuracy.interval.high > 9.0 / 13);
}

TEST_CASE("a label that is never called has no precision, and counts 0 in the macro average") {
  const FindingsReport report = report_findings(chest(), {0.5f, 1.0f, 0.5f});
  CHECK(std::isnan(report.findings[1].counts.precision()));
  CHECK(report.findings[1].counts.f1() == 0);
  CHECK(report.macro.precision.value == doctest::Approx(1.0 / 3));
}

TEST_CASE("the F1 interval is Wilson's, carried over") {
  // 8 right of 10 concerned: F1 = 16 / 18.
  const Counts counts{8, 1, 1, 90};
  CHECK(counts.f1() == doctest::Approx(16.0 / 18));
  const Interval share = wilson_interval(8, 10), interval = f1_interval(share);
  CHECK(interval.low == doctest::Approx(2 * share.low / (1 + share.low)));
  CHECK(interval.high == doctest::Approx(2 * share.high / (1 + share.high)));
}

TEST_CASE("two labels that err on the same images give a mean AUROC no surer than one") {
  ScoredImages images{{"a", "b"}, false, {}, {}, {}};
  const float scores[] = {0.1f, 0.4f, 0.35f, 0.8f};
  const float targets[] = {0, 0, 1, 1};
  for (int i = 0; i < 4; ++i) {
    images.scores.push_back({scores[i], scores[i]});
    images.targets.push_back({targets[i], targets[i]});
    images.sources.push_back("s");
  }
  const FindingsReport report = report_findings(images, {0.5f, 0.5f});
  const Interval one = report.findings[0].area_under_roc_95;
  CHECK(report.mean_area_under_roc.interval.low == doctest::Approx(one.low));
  CHECK(report.mean_area_under_roc.interval.high == doctest::Approx(one.high));
}

TEST_CASE("the selection figure is the mean AUROC, else macro F1, else 0") {
  ScoredImages images = chest();
  CHECK(selection_figure(evaluate(images, {0.5f, 0.5f, 0.5f})) ==
        doctest::Approx((5.0 / 6 + 1) / 2));
  images.targets.assign(5, {1, -1, -1});
  CHECK(selection_figure(evaluate(images, {0.5f, 0.5f, 0.5f})) == doctest::Approx(2 * 3.0 / 8));
  images.targets.assign(5, {0, -1, -1});
  CHECK(selection_figure(evaluate(images, {0.5f, 0.5f, 0.5f})) == 0);
}

TEST_CASE("an evaluation of findings as JSON and as a table") {
  const Evaluation evaluation = evaluate(chest(), {0.5f, 0.5f, 0.5f});
  const auto json = to_json(evaluation);
  CHECK_FALSE(json.contains("overall"));
  CHECK(json["findings"][1]["unknown"] == 1);
  CHECK(json["findings"][2]["sensitivity"].is_null());
  CHECK(json["averages"]["micro"]["f1"] == 0.6);
  CHECK(json["by_source"]["west"]["findings"][0]["area_under_roc"].is_null());
  CHECK(json["by_source"]["west"]["without_positives"] ==
        nlohmann::ordered_json({"effusion", "hernia"}));
  const std::string text = to_table(evaluation);
  CHECK(text.find("source west: 2 images") != std::string::npos);
  CHECK(text.find("nan") == std::string::npos);
}

TEST_CASE("what cannot be evaluated is refused, saying where") {
  const std::vector<float> thresholds = {0.5f, 0.5f, 0.5f};
  const auto refused = [&](const ScoredImages& images, const char* why) {
    try {
      evaluate(images, thresholds);
    } catch (const std::runtime_error& error) {
      return std::string(error.what()).find(why) != std::string::npos;
    }
    return false;
  };
  CHECK(refused({{"a"}, true, {}, {}, {}}, "nothing to evaluate"));
  ScoredImages images = chest();
  images.scores[3][1] = std::numeric_limits<float>::quiet_NaN();
  CHECK(refused(images, "scored image 4: score"));
  images = chest();
  images.targets[1][0] = 0.5f;
  CHECK(refused(images, "scored image 2: target"));
  images = chest();
  images.exclusive = true;
  CHECK(refused(images, "scored image 2: 2 labels are present"));
  images = chest();
  images.sources.pop_back();
  CHECK(refused(images, "4 sources"));
  images = chest();
  images.scores[0].pop_back();
  CHECK(refused(images, "scored image 1: expected 3"));
  CHECK_THROWS_AS(evaluate(chest(), {0.5f}), std::runtime_error);
}
