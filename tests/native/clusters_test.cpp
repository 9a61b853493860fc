// Intervals by patient: against closed forms, against images that are there twice, and against
// computations that share no code with ours.
#include "evaluation/clusters.h"

#include <doctest/doctest.h>

#include <algorithm>
#include <cmath>
#include <random>
#include <stdexcept>
#include <string>
#include <vector>

#include "evaluation/evaluation.h"

using namespace thoraxlite;

namespace {

// Two labels that exclude each other or not; noisy, some ranks tied, some targets unknown unless
// exclusive.
ScoredImages noisy(int count, bool exclusive, std::uint64_t seed = 5) {
  std::mt19937_64 random(seed);
  ScoredImages images{{"a", "b"}, exclusive, {}, {}, {}};
  for (int i = 0; i < count; ++i) {
    const int present = static_cast<int>(random() % 2);
    const auto logit = [&](int of) {
      return static_cast<float>(static_cast<int>(random() % 40) - 20 + 8 * of) / 5;
    };
    const int other = exclusive ? 1 - present : static_cast<int>(random() % 2);
    images.logits.push_back({logit(present), logit(other)});
    images.scores.emplace_back();
    for (const float of : images.logits.back()) {
      images.scores.back().push_back(1 / (1 + std::exp(-of)));
    }
    images.targets.push_back({static_cast<float>(present), static_cast<float>(other)});
    if (!exclusive && i % 9 == 4) images.targets.back()[1] = -1;
    images.sources.push_back("s");
  }
  return images;
}

// Every image twice, both of one patient.
ScoredImages twice(const ScoredImages& images) {
  std::vector<std::size_t> places;
  for (std::size_t i = 0; i < images.size(); ++i) places.insert(places.end(), {i, i});
  ScoredImages both = pick(images, places);
  for (std::size_t i = 0; i < places.size(); ++i) {
    both.patients.push_back("p" + std::to_string(places[i]));
  }
  return both;
}

bool same(const Interval& a, const Interval& b) {
  return a.low == doctest::Approx(b.low) && a.high == doctest::Approx(b.high);
}

double width(const Interval& interval) {
  return interval.high - interval.low;
}

}  // namespace

TEST_CASE("patients have all of their images, and an image of nobody known is one by itself") {
  const Clusters clusters = clusters_of({"p", "", "q", "p", ""}, 5);
  REQUIRE(clusters.size() == 4);
  CHECK(clusters.of_image == std::vector<std::size_t>{0, 1, 2, 0, 3});
  CHECK(clusters.images[0] == std::vector<std::size_t>{0, 3});
  CHECK(to_string(clusters.units) == "2 patients and 2 images of unknown ones");
  CHECK(to_string(clusters_of({}, 3).units) == "3 images (patients unknown)");
  CHECK(to_string(clusters_of({"p"}, 1).units) == "1 patient");
}

TEST_CASE("a proportion of patients with one image each is Wilson's") {
  std::vector<Share> shares(20, {0, 1});
  for (int i = 0; i < 13; ++i) shares[static_cast<std::size_t>(i)].successes = 1;
  shares.push_back({0, 0});  // somebody without such images
  CHECK(same(proportion_interval(shares), wilson_interval(13, 20)));
  CHECK(same(proportion_interval({}), {0, 1}));
}

TEST_CASE("a proportion over patients: the design effect by hand") {
  // Each patient's images are all right or all wrong: of k patients with two images each, the ratio
  // estimator's variance is (2k - 1) / (k - 1) times that of 2k images.
  std::vector<Share> shares(10, {2, 2});
  for (int i = 0; i < 3; ++i) shares[static_cast<std::size_t>(i)].successes = 0;
  const double worth = 20.0 * 9 / 19;
  CHECK(same(proportion_interval(shares), wilson_interval(0.7 * worth, worth)));
  // Right in one of two images everywhere: better than by chance, which is not believed.
  CHECK(same(proportion_interval(std::vector<Share>(10, {1, 2})), wilson_interval(10, 20)));
  // No variance to go by: as many as there are patients.
  CHECK(same(proportion_interval({{3, 3}, {5, 5}, {2, 2}}), wilson_interval(3, 3)));
  CHECK(same(proportion_interval({{4, 8}}), wilson_interval(0.5, 1)));
}

TEST_CASE("a proportion over patients is as wide as their bootstrap says") {
  std::mt19937_64 random(11);
  std::vector<Share> shares;
  std::vector<std::string> patients;
  std::vector<double> right;
  for (int p = 0; p < 150; ++p) {
    const int images = 1 + static_cast<int>(random() % 12), good = static_cast<int>(random() % 100);
    shares.push_back({0, static_cast<double>(images)});
    for (int i = 0; i < images; ++i) {
      right.push_back(static_cast<int>(random() % 100) < good ? 1 : 0);
      shares.back().successes += right.back();
      patients.push_back(std::to_string(p));
    }
  }
  const auto mean = [&](const Indices& drawn) {
    double sum = 0;
    for (const auto i : drawn) sum += right[static_cast<std::size_t>(i)];
    return sum / static_cast<double>(drawn.size());
  };
  const double by_patient =
      width(bootstrap_interval(clusters_of(patients, right.size()), mean, 4000));
  CHECK(width(proportion_interval(shares)) == doctest::Approx(by_patient).epsilon(0.08));
  CHECK(width(proportion_interval(shares)) >
        1.3 * width(bootstrap_interval(clusters_of({}, right.size()), mean, 4000)));
}

TEST_CASE("an area's error over patients, term by term as Obuchowski writes it") {
  // Of each patient images of both sides, of one, of several; ties between them.
  const std::vector<float> scores = {0.9f, 0.4f, 0.4f, 0.7f, 0.1f, 0.6f, 0.4f, 0.8f, 0.2f, 0.5f};
  const std::vector<int> present = {1, 0, 1, 1, 0, 0, 1, 1, 0, 0};
  const std::vector<std::size_t> patient = {0, 0, 1, 1, 2, 2, 2, 3, 4, 4};
  const double m = 5, n = 5, with = 4, without = 3;
  const auto before = [](float a, float b) { return a > b ? 1.0 : a == b ? 0.5 : 0.0; };
  double area = 0;
  for (std::size_t i = 0; i < 10; ++i) {
    for (std::size_t j = 0; j < 10; ++j) {
      if (present[i] && !present[j]) area += before(scores[i], scores[j]) / (m * n);
    }
  }
  CHECK(area_under_roc(scores, present) == doctest::Approx(area));
  double variance = 0;
  for (std::size_t p = 0; p < 5; ++p) {
    double of_positives = 0, of_negatives = 0;
    for (std::size_t i = 0; i < 10; ++i) {
      if (patient[i] != p) continue;
      double placed = 0;
      for (std::size_t j = 0; j < 10; ++j) {
        if (present[i] == present[j]) continue;
        placed += present[i] ? before(scores[i], scores[j]) / n : before(scores[j], scores[i]) / m;
      }
      (present[i] ? of_positives : of_negatives) += placed - area;
    }
    const double s10 = std::sqrt(with / (with - 1)), s01 = std::sqrt(without / (without - 1));
    variance += s10 * s10 * of_positives * of_positives / (m * m) +
                s01 * s01 * of_negatives * of_negatives / (n * n) +
                2 * s10 * s01 * of_positives * of_negatives / (m * n);
  }
  double ours = 0;
  for (const double error : area_errors(scores, present, patient, 5)) ours += error * error;
  CHECK(ours == doctest::Approx(variance));
  CHECK(same(area_under_roc_interval(scores, present, patient, 5),
             logit_interval(area, std::sqrt(variance))));
}

TEST_CASE("patients whose every image is there twice have the intervals of the images once") {
  for (const bool exclusive : {true, false}) {
    const ScoredImages once = noisy(90, exclusive), both = twice(once);
    const std::vector<float> thresholds = {0.55f, 0.45f};
    const Evaluation one = evaluate(once, thresholds), two = evaluate(both, thresholds);
    CHECK(to_string(one.findings.over) == "90 images (patients unknown)");
    CHECK(to_string(two.findings.over) == "90 patients");
    ScoredImages apart = both;
    apart.patients.clear();
    const Evaluation by_image = evaluate(apart, thresholds);
    for (std::size_t label = 0; label < 2; ++label) {
      const FindingFigures &a = one.findings.findings[label], &b = two.findings.findings[label];
      CHECK(same(a.area_under_roc_95, b.area_under_roc_95));
      CHECK(same(a.average_precision.interval, b.average_precision.interval));
      CHECK(same(a.brier_score.interval, b.brier_score.interval));
      CHECK(width(b.sensitivity_95) == doctest::Approx(width(a.sensitivity_95)).epsilon(0.03));
      const FindingFigures& narrow = by_image.findings.findings[label];
      CHECK(width(narrow.area_under_roc_95) < 0.8 * width(b.area_under_roc_95));
      CHECK(width(narrow.specificity_95) < 0.8 * width(b.specificity_95));
      CHECK(width(narrow.f1_95) < 0.8 * width(b.f1_95));
    }
    CHECK(same(one.findings.macro.f1.interval, two.findings.macro.f1.interval));
    CHECK(
        same(one.findings.mean_area_under_roc.interval, two.findings.mean_area_under_roc.interval));
    if (!exclusive) continue;
    CHECK(same(one.classes->overall.macro_f1_95, two.classes->overall.macro_f1_95));
    CHECK(
        same(one.classes->overall.balanced_accuracy_95, two.classes->overall.balanced_accuracy_95));
    CHECK(width(by_image.classes->overall.accuracy_95) <
          0.8 * width(two.classes->overall.accuracy_95));
  }
}

TEST_CASE(
    "average precision and Brier score: values by hand, intervals by a bootstrap without our "
    "shortcuts") {
  const ScoredImages images = noisy(60, false);
  const FindingsReport report = report_findings(images, {0.5f, 0.5f});
  for (std::size_t label = 0; label < 2; ++label) {
    const LabelScores known = label_scores(images, label);
    const FindingFigures& figures = report.findings[label];
    CHECK(figures.average_precision.value ==
          doctest::Approx(average_precision(known.ranks, known.present)));
    const auto of_drawn = [&](const Indices& drawn, const auto& measure) {
      std::vector<float> ranks, scores;
      std::vector<int> present;
      for (const auto place : drawn) {
        const auto i = static_cast<std::size_t>(place);
        if (images.targets[i][label] < 0) continue;
        ranks.push_back(images.logits[i][label]);
        scores.push_back(images.scores[i][label]);
        present.push_back(images.targets[i][label] > 0);
      }
      return measure(ranks, scores, present);
    };
    const Clusters each = clusters_of({}, images.size());
    const auto precision = [](const auto& ranks, const auto&, const auto& present) {
      return average_precision(ranks, present);
    };
    const auto brier = [](const auto&, const auto& scores, const auto& present) {
      double sum = 0;
      for (std::size_t i = 0; i < scores.size(); ++i) {
        sum += std::pow(static_cast<double>(scores[i]) - present[i], 2);
      }
      return sum / static_cast<double>(scores.size());
    };
    const auto interval = [&](const auto& measure) {
      return bootstrap_interval(each,
                                [&](const Indices& drawn) { return of_drawn(drawn, measure); });
    };
    CHECK(same(figures.average_precision.interval, interval(precision)));
    CHECK(same(figures.brier_score.interval, interval(brier)));
    CHECK(figures.brier_score.value == doctest::Approx(brier(0, known.scores, known.present)));
  }
  CHECK(report.mean_brier_score.value ==
        doctest::Approx(
            (report.findings[0].brier_score.value + report.findings[1].brier_score.value) / 2));
  ScoredImages four{{"a"}, false, {{0.1f}, {0.4f}, {0.35f}, {0.8f}}, {{0}, {0}, {1}, {1}}, {}};
  four.sources.assign(4, "s");
  CHECK(report_findings(four, {0.5f}).findings[0].brier_score.value ==
        doctest::Approx((0.01 + 0.16 + 0.4225 + 0.04) / 4));
}

TEST_CASE("logits order what scores as float32 cannot tell apart") {
  // phantom.toml's teacher had logits of 80 to 670: every score is 1.
  ScoredImages images{{"a", "b"}, true, {}, {}, {}};
  const float logits[][2] = {{90, 80}, {120, 300}, {200, 150}, {100, 400}};
  for (int i = 0; i < 4; ++i) {
    images.logits.push_back({logits[i][0], logits[i][1]});
    images.scores.push_back({1, 1});
    images.targets.push_back({i % 2 == 0 ? 1.0f : 0.0f, i % 2 == 0 ? 0.0f : 1.0f});
    images.sources.push_back("s");
  }
  const Evaluation evaluation = evaluate(images, {0.5f, 0.5f});
  CHECK(evaluation.classes->overall.accuracy == 1);
  CHECK(evaluation.findings.findings[1].area_under_roc == 1);
  CHECK(evaluation.findings.findings[0].area_under_roc == 0.5);  // 90 < 100, 120; 200 above both
  CHECK(evaluation.findings.findings[1].average_precision.value == 1);
  ScoredImages saturated = images;
  saturated.logits.clear();
  CHECK(evaluate(saturated, {0.5f, 0.5f}).findings.findings[1].area_under_roc == 0.5);
  images.logits[2][0] = std::numeric_limits<float>::infinity();
  CHECK_THROWS_AS(evaluate(images, {0.5f, 0.5f}), std::runtime_error);
}

TEST_CASE("one label with a single positive does not take the mean AUROC's interval") {
  ScoredImages images = noisy(60, false);
  for (auto& row : images.targets) row[1] = 0;
  images.targets[7][1] = 1;
  const FindingsReport report = report_findings(images, {0.5f, 0.5f});
  const Figure& mean = report.mean_area_under_roc;
  CHECK(mean.interval.low < mean.value);
  CHECK(mean.value < mean.interval.high);
  // Half of each label's width, as if independent, on the scale of the areas.
  const double parts = std::hypot(width(report.findings[0].area_under_roc_95) / 2,
                                  width(report.findings[1].area_under_roc_95) / 2);
  CHECK(width(mean.interval) == doctest::Approx(parts).epsilon(0.15));

  // Every order perfect: the distances to the lower ends, added up as independent ones.
  for (std::size_t i = 0; i < images.size(); ++i) {
    for (std::size_t label = 0; label < 2; ++label) {
      images.logits[i][label] = images.targets[i][label];
    }
  }
  const FindingsReport perfect = report_findings(images, {0.5f, 0.5f});
  CHECK(perfect.mean_area_under_roc.value == 1);
  CHECK(perfect.mean_area_under_roc.interval.high == 1);
  CHECK(perfect.mean_area_under_roc.interval.low ==
        doctest::Approx(1 - std::hypot(1 - perfect.findings[0].area_under_roc_95.low,
                                       1 - perfect.findings[1].area_under_roc_95.low) /
                                2));
}

TEST_CASE("calls that come with the images count in place of thresholds") {
  ScoredImages images = noisy(20, false);
  images.called.assign(20, {1, 0});
  const FindingsReport report = report_findings(images, {});
  CHECK(report.findings[0].counts.called() ==
        report.findings[0].counts.positives() + report.findings[0].counts.negatives());
  CHECK(report.findings[1].counts.called() == 0);
  CHECK(std::isnan(report.findings[0].threshold));
}

TEST_CASE("subgroups: bands of age, columns, unknown last") {
  ScoredImages images = noisy(9, true);
  const double kNoAge = std::numeric_limits<double>::quiet_NaN();
  images.ages = {0, 17.9, 18, 39.9, 40, 64.9, 65, 120, kNoAge};
  images.columns.resize(9);
  for (std::size_t i = 0; i < 6; ++i) images.columns[i]["sex"] = i < 2 ? "M" : "F";
  images.columns[6]["sex"] = "unknown";  // as where the list says nothing
  images.columns[0]["sex"] = images.columns[1]["sex"] = "M\x1b";
  images.labels[0] += "\x1b[2J";
  images.patients = {"1", "1", "2", "2", "3", "3", "4", "4", "5"};
  const Evaluation evaluation = evaluate(images, {0.5f, 0.5f}, {{"age", "sex"}, 50});
  std::string text;
  for (const SubgroupEvaluation& group : evaluation.subgroups) {
    text += group.column + " " + group.value + " " + std::to_string(group.findings.images) + " " +
            to_string(group.findings.over) + "; ";
    CHECK(group.classes->total == group.findings.images);
  }
  CHECK(text ==
        "age 0-17 2 1 patient; age 18-39 2 1 patient; age 40-64 2 1 patient; age 65+ 2 1 patient; "
        "age unknown 1 1 patient; sex F 4 2 patients; sex M\x1b 2 1 patient; "
        "sex unknown 3 2 patients; ");
  const auto json = to_json(evaluation)["subgroups"];
  CHECK(json["sex"][0]["value"] == "F");
  CHECK(json["sex"][0]["images"] == 4);
  CHECK(json["sex"][0]["intervals_over"]["patients"] == 2);
  CHECK(json["age"][4]["findings"][0].contains("sensitivity_95"));
  CHECK(to_table(evaluation).find("sex unknown: 3 images; 95 % intervals over 2 patients") !=
        std::string::npos);
  CHECK(to_table(evaluation).find('\x1b') == std::string::npos);

  const auto refusal = [&](const char* column) -> std::string {
    try {
      evaluate(images, {0.5f, 0.5f}, {{column}, 10});
    } catch (const std::runtime_error& error) {
      return error.what();
    }
    return "";
  };
  CHECK(refusal("view").find("expected a column of the data: age, sex, source") !=
        std::string::npos);
  images = noisy(60, true);
  images.columns.resize(60);
  for (std::size_t i = 0; i < 60; ++i) images.columns[i]["date"] = std::to_string(i);
  CHECK(refusal("date").find("60 values; expected at most 50") != std::string::npos);
}

TEST_CASE("an evaluation says over whom its intervals are") {
  ScoredImages images = noisy(12, true);
  for (std::size_t i = 0; i < 12; ++i) images.patients.push_back(std::to_string(i / 3));
  const Evaluation evaluation = evaluate(images, {0.5f, 0.5f});
  const auto json = to_json(evaluation);
  CHECK(json["intervals_over"] ==
        nlohmann::ordered_json({{"patients", 4}, {"images_without_patient", 0}}));
  CHECK(json["by_source"]["s"]["intervals_over"]["patients"] == 4);
  CHECK(to_table(evaluation).find("95 % intervals over 4 patients") != std::string::npos);
}
