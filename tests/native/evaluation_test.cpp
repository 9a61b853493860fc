// Figures against published ones and against values worked out by hand.
#include "evaluation/evaluation.h"

#include <doctest/doctest.h>

#include <algorithm>
#include <cmath>
#include <random>

using namespace thoraxlite;

namespace {

// Images as their confusion matrix: [true][called] of them.
void from_confusion(const std::vector<std::vector<int>>& confusion, std::vector<int>& truth,
                    std::vector<int>& called) {
  for (std::size_t t = 0; t < confusion.size(); ++t) {
    for (std::size_t p = 0; p < confusion.size(); ++p) {
      truth.insert(truth.end(), static_cast<std::size_t>(confusion[t][p]), static_cast<int>(t));
      called.insert(called.end(), static_cast<std::size_t>(confusion[t][p]), static_cast<int>(p));
    }
  }
}

}  // namespace

TEST_CASE("the paper's teacher, Table 2: 1203 of 1229") {
  // The one confusion of 315 normal, 854 pneumonia, 60 covid with 308, 836, 59 right whose called
  // classes number 326, 843, 60.
  std::vector<int> truth, called;
  from_confusion({{308, 7, 0}, {17, 836, 1}, {1, 0, 59}}, truth, called);
  const ClassificationReport report = classify(3, truth, called);
  CHECK(report.correct == 1203);
  CHECK(report.total == 1229);
  CHECK(report.accuracy == doctest::Approx(0.9788).epsilon(1e-4));
  CHECK(report.macro.f1 == doctest::Approx(0.9765).epsilon(1e-3));
  CHECK(report.classes[0].precision == doctest::Approx(308.0 / 326));
  CHECK(report.classes[1].recall == doctest::Approx(836.0 / 854));
  CHECK(report.classes[2].predicted == 60);
  CHECK(report.weighted.recall == doctest::Approx(report.accuracy));
}

TEST_CASE("classes that do not occur are left out of the macro averages") {
  const ClassificationReport report = classify(3, {0, 0, 1, 1}, {0, 2, 1, 1});
  CHECK(report.macro.recall == doctest::Approx(0.75));
  CHECK(report.classes[2].support == 0);
  CHECK(report.classes[2].predicted == 1);
  CHECK(report.classes[2].precision == 0);
}

TEST_CASE("Wilson interval of 60 of 60 is 94.0 to 100 %") {
  const Interval interval = wilson_interval(60, 60);
  CHECK(interval.low == doctest::Approx(0.940).epsilon(1e-3));
  CHECK(interval.high == doctest::Approx(1.0));
  CHECK(wilson_interval(0, 0).low == 0);
  CHECK(wilson_interval(0, 0).high == 1);
  // The student of Table 2.
  CHECK(wilson_interval(1199, 1229).low == doctest::Approx(0.9654).epsilon(1e-3));
  CHECK(wilson_interval(1199, 1229).high == doctest::Approx(0.9828).epsilon(1e-3));
}

TEST_CASE("bootstrap interval of a mean lies near the normal one and repeats by seed") {
  std::mt19937_64 random(7);
  std::vector<double> values;
  for (int i = 0; i < 400; ++i) values.push_back(static_cast<double>(random() % 1000) / 1000.0);
  const auto mean = [&](const std::vector<std::int64_t>& indices) {
    double sum = 0;
    for (const auto index : indices) sum += values[static_cast<std::size_t>(index)];
    return sum / static_cast<double>(indices.size());
  };
  const Interval interval = bootstrap_interval(clusters_of({}, 400), mean);
  const double spread = 1.96 * std::sqrt(1.0 / 12 / 400);
  CHECK(interval.high - interval.low == doctest::Approx(2 * spread).epsilon(0.15));
  CHECK(interval.low == bootstrap_interval(clusters_of({}, 400), mean).low);
  CHECK(interval.low != bootstrap_interval(clusters_of({}, 400), mean, 1000, 2).low);
}

TEST_CASE("area under the ROC curve") {
  CHECK(area_under_roc({0.1f, 0.4f, 0.35f, 0.8f}, {0, 0, 1, 1}) == doctest::Approx(0.75));
  CHECK(area_under_roc({0.5f, 0.5f, 0.5f}, {0, 1, 0}) == doctest::Approx(0.5));
  CHECK(area_under_roc({0.1f, 0.9f}, {1, 0}) == doctest::Approx(0.0));
  CHECK(std::isnan(area_under_roc({0.1f, 0.9f}, {1, 1})));
}

TEST_CASE("the ROC curve has a point for every distinct score") {
  const std::vector<RocPoint> curve = roc_curve({0.9f, 0.5f, 0.5f, 0.1f}, {1, 1, 0, 0});
  REQUIRE(curve.size() == 4);
  CHECK(curve[0].true_positive_rate == 0);
  CHECK(curve[1].true_positive_rate == 0.5);
  CHECK(curve[1].false_positive_rate == 0);
  CHECK(curve[2].true_positive_rate == 1);
  CHECK(curve[2].false_positive_rate == 0.5);
  CHECK(curve[3].false_positive_rate == 1);
  CHECK(roc_curve({0.9f}, {1}).empty());
}

TEST_CASE("DeLong's interval") {
  // Placements of the positives 1, 1/2, of the negatives 1, 1/2: each side's variance is 1/8, over
  // two images; the area's variance is 1/8.
  const std::vector<float> scores = {0.1f, 0.4f, 0.35f, 0.8f};
  const std::vector<int> present = {0, 0, 1, 1};
  CHECK(placements(scores, present) == std::vector<double>{1.0, 0.5, 0.5, 1.0});
  double variance = 0;
  for (const double error : area_errors(scores, present)) variance += error * error;
  CHECK(variance == doctest::Approx(0.125));
  const Interval interval = area_under_roc_interval(scores, present);
  const double spread = 1.959963984540054 * std::sqrt(0.125) / (0.75 * 0.25);
  CHECK(std::log(interval.low / (1 - interval.low)) == doctest::Approx(std::log(3.0) - spread));
  CHECK(std::log(interval.high / (1 - interval.high)) == doctest::Approx(std::log(3.0) + spread));
}

TEST_CASE("the interval of a perfect order is not a point, and narrows with the images") {
  const auto perfect = [](int of_each) {
    std::vector<float> scores(static_cast<std::size_t>(2 * of_each), 0.2f);
    std::vector<int> present(scores.size(), 0);
    std::fill(scores.begin() + of_each, scores.end(), 0.8f);
    std::fill(present.begin() + of_each, present.end(), 1);
    return area_under_roc_interval(scores, present);
  };
  // Newcombe's equation for an area of 1: (1 - a)^2 = z^2 a (1 - a) (...) / n^2, at n = 1 without
  // the terms of half: 1 - a = z^2 a.
  CHECK(perfect(1).low == doctest::Approx(1 / (1 + 3.8414588)));
  CHECK(perfect(1).high == 1);
  CHECK(perfect(20).low > 0.8);
  CHECK(perfect(20).low < 1);
  CHECK(perfect(200).low > perfect(20).low);
  CHECK(std::isnan(area_under_roc_interval({0.5f}, {1}).low));
  // One image with the finding: no variance among such images, still an interval.
  const Interval one = area_under_roc_interval({0.1f, 0.5f, 0.3f}, {0, 0, 1});
  CHECK(one.low < 0.5);
  CHECK(one.high > 0.5);
}

TEST_CASE("average precision") {
  // At 0.8: half the recall at precision 1; at 0.35: the other half at 2/3.
  CHECK(average_precision({0.1f, 0.4f, 0.35f, 0.8f}, {0, 0, 1, 1}) ==
        doctest::Approx(0.5 + 0.5 * 2 / 3));
  CHECK(average_precision({0.5f, 0.5f, 0.5f, 0.5f}, {1, 0, 0, 0}) == doctest::Approx(0.25));
  CHECK(std::isnan(average_precision({0.5f}, {0})));
}

TEST_CASE("the Youden threshold separates and counts agree") {
  const std::vector<float> scores = {0.1f, 0.2f, 0.3f, 0.6f, 0.7f, 0.25f};
  const std::vector<int> present = {0, 0, 0, 1, 1, 1};
  const float threshold = youden_threshold(scores, present);
  CHECK(threshold == doctest::Approx(0.45));
  const Counts counts = count_at(scores, present, threshold);
  CHECK(counts.true_positives == 2);
  CHECK(counts.false_negatives == 1);
  CHECK(counts.false_positives == 0);
  CHECK(counts.true_negatives == 3);
  CHECK(counts.sensitivity() == doctest::Approx(2.0 / 3));
  CHECK(counts.specificity() == doctest::Approx(1.0));
  CHECK_THROWS(youden_threshold({0.1f}, {1}));
  CHECK_THROWS(youden_threshold({0.1f}, {0}));
}

TEST_CASE("the range of a threshold holds it, and widens where patients are few") {
  std::vector<float> scores;
  std::vector<int> present;
  std::vector<std::string> own, shared;
  for (int i = 0; i < 200; ++i) {
    // Two groups that overlap, so that the best threshold depends on who was drawn.
    present.push_back(i % 2);
    scores.push_back(0.3f + 0.2f * static_cast<float>(i % 2) +
                     0.3f * static_cast<float>((i * 37) % 100) / 100.0f);
    own.push_back(std::to_string(i));
    shared.push_back(std::to_string(i / 20));
  }
  const float threshold = youden_threshold(scores, present);
  const Interval by_image = threshold_interval(youden_threshold, scores, present, {});
  CHECK(by_image.low <= threshold);
  CHECK(by_image.high >= threshold);
  CHECK(by_image.low < by_image.high);
  const Interval by_patient = threshold_interval(youden_threshold, scores, present, own);
  CHECK(by_patient.low == by_image.low);  // everybody is somebody of his own, either way
  CHECK(by_patient.high == by_image.high);
  const Interval of_few = threshold_interval(youden_threshold, scores, present, shared);
  CHECK(of_few.low <= threshold);
  CHECK(of_few.high >= threshold);
  CHECK((of_few.low != by_image.low || of_few.high != by_image.high));
}

TEST_CASE("figures of adults leave out whoever is known to be a child") {
  ScoredImages images{{"a"}, false, {{0.1f}, {0.2f}, {0.3f}}, {{0}, {1}, {0}}, {"x", "y", "x"}};
  CHECK(of_adults(images).size() == 3);  // nobody's age is known
  images.of_children = {true, false, false};
  images.patients = {"p", "q", "r"};
  const ScoredImages adults = of_adults(images);
  REQUIRE(adults.size() == 2);
  CHECK(adults.scores[0][0] == 0.2f);
  CHECK(adults.sources[0] == "y");
  CHECK(adults.patients[1] == "r");
}

TEST_CASE("a score at the threshold counts as positive") {
  CHECK(count_at({0.5f}, {1}, 0.5f).true_positives == 1);
}

TEST_CASE("the temperature that made the labels is found again") {
  std::mt19937_64 random(3);
  const auto uniform = [&] {
    return static_cast<double>(random() >> 11) / static_cast<double>(1ull << 53);
  };
  std::vector<std::vector<float>> logits, targets;
  for (int i = 0; i < 20000; ++i) {
    const double logit = 12 * uniform() - 6;
    logits.push_back({static_cast<float>(logit)});
    targets.push_back({uniform() < 1 / (1 + std::exp(-logit / 2.5)) ? 1.0f : 0.0f});
  }
  CHECK(fit_temperature(logits, targets) == doctest::Approx(2.5).epsilon(0.05));
}

TEST_CASE("unknown labels do not move the temperature") {
  const std::vector<std::vector<float>> logits = {{3, -2}, {-1, 2}, {2, 1}};
  const float alone = fit_temperature(logits, {{1, 0}, {1, 1}, {1, 0}});
  std::vector<std::vector<float>> more = logits;
  more.push_back({-5, 5});
  CHECK(fit_temperature(more, {{1, 0}, {1, 1}, {1, 0}, {-1, -1}}) == alone);
  CHECK(fit_temperature(more, {{1, 0}, {1, 1}, {1, 0}, {1, 0}}) != alone);
}

TEST_CASE("calibration error") {
  CHECK(std::isnan(calibration_error({}, {})));
  const std::vector<ReliabilityBin> bins = reliability({0.0f, 0.05f, 1.0f}, {0, 1, 1});
  REQUIRE(bins.size() == 15);
  CHECK(bins.front().images == 2);
  CHECK(bins.front().present == 1);
  CHECK(bins.front().score_sum == doctest::Approx(0.05));
  CHECK(bins.back().images == 1);
  CHECK(calibration_error({1.0f, 1.0f, 0.0f}, {1, 1, 0}) == doctest::Approx(0));
  CHECK(calibration_error({0.9f, 0.9f}, {0, 0}) == doctest::Approx(0.9));
  // Score 0.5 on images of which half have the finding.
  CHECK(calibration_error({0.5f, 0.5f}, {0, 1}) == doctest::Approx(0));
}

TEST_CASE("an evaluation of exclusive labels reports every source and undefined figures as null") {
  ScoredImages images{{"normal", "covid"},
                      true,
                      {{0.9f, 0.2f}, {0.4f, 0.6f}, {0.7f, 0.1f}, {0.2f, 0.8f}},
                      {{1, 0}, {0, 1}, {0, 1}, {0, 1}},
                      {"a", "a", "b", "b"}};
  const Evaluation evaluation = evaluate(images, {0.5f, 0.5f});
  REQUIRE(evaluation.classes);
  CHECK(evaluation.classes->overall.correct == 3);
  CHECK(evaluation.classes->by_source.at("a").correct == 2);
  CHECK(evaluation.classes->by_source.at("b").correct == 1);
  CHECK(evaluation.findings.findings[1].counts.false_negatives == 1);
  CHECK(selection_figure(evaluation) == evaluation.classes->overall.macro.f1);
  const auto json = to_json(evaluation);
  CHECK(json["overall"]["confusion"] == nlohmann::ordered_json({{1, 0}, {1, 2}}));
  CHECK(json["by_source"]["b"]["classes"][0]["support"] == 0);
  CHECK_FALSE(json["by_source"]["b"].contains("findings"));
  CHECK(to_table(evaluation).find("source b") != std::string::npos);

  ScoredImages one_sided{{"normal", "covid"}, true, {{0.9f, 0.2f}}, {{1, 0}}, {"a"}};
  const auto undefined = to_json(evaluate(one_sided, {0.5f, 0.5f}));
  CHECK(undefined["findings"][1]["sensitivity"].is_null());
  CHECK(undefined["findings"][1]["area_under_roc"].is_null());
  CHECK(undefined["findings"][1]["area_under_roc_95"][0].is_null());
  CHECK(undefined["averages"]["mean_area_under_roc"].is_null());
}
