#include "core/findings.h"

#include <doctest/doctest.h>

#include <cmath>
#include <limits>

#include "core/model/operating_points.h"

using namespace thoraxlite;

namespace {

Card card_of(Activation activation, float temperature, std::vector<float> thresholds) {
  Card card;
  card.activation = activation;
  card.temperature = temperature;
  for (const float threshold : thresholds) {
    card.labels.push_back("label " + std::to_string(card.labels.size()));
    card.operating_points.emplace_back();
    card.operating_points.back().threshold = threshold;
    card.operating_points.back().positives = 1;
    card.operating_points.back().cases = 2;
  }
  return card;
}

}  // namespace

TEST_CASE("sigmoid scores each label by itself") {
  const auto findings =
      to_findings(card_of(Activation::sigmoid, 2, {0.5f, 0.5f, 0.9f}), {0, -3, 4}).value();
  REQUIRE(findings.size() == 3);
  CHECK(findings[1].logit == -3);
  CHECK(findings[0].score == 0.5f);
  CHECK(findings[0].positive);  // at the threshold counts
  CHECK(findings[1].score == doctest::Approx(1 / (1 + std::exp(1.5))));
  CHECK_FALSE(findings[1].positive);
  CHECK(findings[2].score == doctest::Approx(1 / (1 + std::exp(-2.0))));
  CHECK_FALSE(findings[2].positive);
  CHECK(findings[2].threshold == 0.9f);
  CHECK(findings[2].label == "label 2");
}

TEST_CASE("softmax scores share one") {
  const auto findings =
      to_findings(card_of(Activation::softmax, 0.5f, {0.2f, 0.2f, 0.2f}), {1, 2, 0}).value();
  const double sum = std::exp(2.0) + std::exp(4.0) + 1;
  CHECK(findings[0].score == doctest::Approx(std::exp(2.0) / sum));
  CHECK(findings[1].score == doctest::Approx(std::exp(4.0) / sum));
  CHECK(findings[2].score == doctest::Approx(1 / sum));
}

TEST_CASE("the largest logits do not overflow") {
  const float most = std::numeric_limits<float>::max();
  for (const Activation activation : {Activation::sigmoid, Activation::softmax}) {
    const auto findings = to_findings(card_of(activation, 1e-3f, {0.5f, 0.5f}), {most, -most});
    CHECK((*findings)[0].score == 1.0f);
    CHECK((*findings)[1].score == 0.0f);
  }
}

TEST_CASE("a logit that is not a number gives no result") {
  const float nan = std::numeric_limits<float>::quiet_NaN();
  const float infinity = std::numeric_limits<float>::infinity();
  for (const float logit : {nan, infinity, -infinity}) {
    const auto findings = to_findings(card_of(Activation::softmax, 1, {0.5f, 0.5f}), {0, logit});
    REQUIRE_FALSE(findings.has_value());
    CHECK(findings.error().message ==
          "The network gave something that is not a number; there is no result.");
  }
  CHECK_FALSE(to_findings(card_of(Activation::sigmoid, 1, {0.5f}), {}).has_value());
}

TEST_CASE("a label that no film had, or every film, has no threshold") {
  for (const int positives : {0, 2}) {
    Card card = card_of(Activation::sigmoid, 1, {0.5f, 0.5f});
    card.operating_points[1].positives = positives;
    const auto findings = to_findings(card, {3, 3}).value();
    CHECK(findings[0].positive);
    CHECK_FALSE(findings[1].threshold);
    CHECK_FALSE(findings[1].positive);
    CHECK(findings[1].score == findings[0].score);
  }
}

TEST_CASE("near is within the range of the threshold, whichever side of it") {
  Card card = card_of(Activation::sigmoid, 1, {0.5f, 0.5f, 0.5f, 0.5f});
  for (std::size_t i = 0; i < 3; ++i) card.operating_points[i].threshold_95 = {{0.4f, 0.7f}};
  const auto findings = to_findings(card, {-0.2f, 0.5f, 2, 0}).value();
  CHECK(findings[0].near);
  CHECK_FALSE(findings[0].positive);
  CHECK(findings[1].near);
  CHECK(findings[1].positive);
  CHECK_FALSE(findings[2].near);
  CHECK_FALSE(findings[3].near);  // without a range nothing is near
}

TEST_CASE("a model without a measured threshold has no operating point to be judged by") {
  Card card = card_of(Activation::sigmoid, 1, {0.5f, 0.5f});
  CHECK(has_measured_threshold(card));
  for (OperatingPoint& point : card.operating_points) point.positives = point.cases = 0;
  CHECK_FALSE(has_measured_threshold(card));
  CHECK(find_operating_point(card, "youden").error().message ==
        "The model has no operating point: none of its thresholds was measured.");
  OperatingSet set{"sensitivity_95", card.operating_points};
  card.operating_sets.push_back(set);
  CHECK_FALSE(has_measured_threshold(card));
  card.operating_sets[0].points[1].positives = 3;
  card.operating_sets[0].points[1].cases = 5;
  CHECK(has_measured_threshold(card));
}

TEST_CASE("each operating point judges by its own thresholds, and the chosen one is what is said") {
  Card card = card_of(Activation::sigmoid, 1, {0.5f, 0.5f, 0.5f});
  OperatingSet low{"sensitivity_95", card.operating_points};
  low.points[0].threshold = low.points[1].threshold = 0.2f;
  low.points[0].threshold_95 = {{0.1f, 0.45f}};
  low.points[0].evidence_inside_5 = 0.5f;
  low.points[1].has_threshold = false;
  card.operating_sets.push_back(low);
  CHECK(operating_points(card) == std::vector<std::string>{"youden", "sensitivity_95"});
  CHECK(find_operating_point(card, "sensitivity_95").value() == 1);
  CHECK(find_operating_point(card, "sensitivity_90").error().message ==
        "The model has no operating point \"sensitivity_90\"; it has youden, sensitivity_95.");

  const std::vector<float> logits = {-0.5f, 3, 3};  // a score of 0.378 first
  auto by_default = to_findings(card, logits).value();
  auto by_low = to_findings(card, logits, 1).value();
  CHECK(by_default[0].threshold == 0.5f);
  CHECK_FALSE(by_default[0].positive);
  CHECK_FALSE(by_default[0].near);
  CHECK(by_low[0].threshold == 0.2f);
  CHECK(by_low[0].positive);
  CHECK(by_low[0].near);
  CHECK(by_default[1].positive);
  CHECK_FALSE(by_low[1].threshold);  // no threshold could be chosen for it
  CHECK_FALSE(by_low[1].positive);

  const EvidenceMaps evidence{2, 2, {{1, 3, -1, 0}, {1, 3, -1, 0}, {1, 3, -1, 0}}, {}};
  std::vector<std::uint8_t> lungs(16);
  lungs[0] = lungs[1] = lungs[4] = lungs[5] = 1;
  add_evidence(card, evidence, lungs, 4, by_default);
  add_evidence(card, evidence, lungs, 4, by_low, 1);
  CHECK_FALSE(by_default[0].evidence_unusual);
  CHECK(by_low[0].evidence_unusual);
  CHECK_FALSE(by_low[2].evidence_unusual);
  for (std::size_t i = 0; i < 3; ++i) {
    REQUIRE(by_low[i].judgements.size() == 2);
    for (const auto* findings : {&by_default, &by_low}) {  // whichever was chosen
      CHECK((*findings)[i].judgements[0].threshold == by_default[i].threshold);
      CHECK((*findings)[i].judgements[0].positive == by_default[i].positive);
      CHECK((*findings)[i].judgements[1].positive == by_low[i].positive);
      CHECK((*findings)[i].judgements[1].near == by_low[i].near);
      CHECK((*findings)[i].judgements[1].evidence_unusual == by_low[i].evidence_unusual);
    }
  }
}

TEST_CASE("the label that means none of the others is no finding") {
  Card card = card_of(Activation::sigmoid, 1, {0.5f, 0.5f});
  card.neither = 1;
  card.operating_points[1].threshold_95 = {{0, 1}};
  const auto findings = to_findings(card, {3, 3}).value();
  CHECK(findings[0].positive);
  CHECK_FALSE(findings[0].neither);
  CHECK(findings[1].neither);
  CHECK_FALSE(findings[1].positive);
  CHECK_FALSE(findings[1].near);
}

TEST_CASE("scores as people read them are never rounded to an end") {
  CHECK(score_text(0) == "0.0");
  CHECK(score_text(0.0004f) == "< 0.1");
  CHECK(score_text(0.001f) == "0.1");
  CHECK(score_text(0.4563f) == "45.6");
  CHECK(score_text(0.9996f) == "> 99.9");
  CHECK(score_text(1) == "100.0");
}

TEST_CASE("evidence is unusual where less lies in the lungs than on nearly all test films") {
  Card card = card_of(Activation::sigmoid, 1, {0.5f, 0.5f, 0.5f});
  card.operating_points[0].evidence_inside_5 = 0.4f;
  card.operating_points[1].evidence_inside_5 = 0.1f;
  auto findings = to_findings(card, {3, 3, 3}).value();
  const EvidenceMaps evidence{2, 2, {{1, 3, -1, 0}, {1, 3, -1, 0}, {-1, -1, -1, 0}}, {}};
  std::vector<std::uint8_t> lungs(16);
  lungs[0] = lungs[1] = lungs[4] = lungs[5] = 1;  // the first quarter
  add_evidence(card, evidence, {}, 4, findings);  // where no lungs are known
  for (const Finding& finding : findings) {
    CHECK_FALSE(finding.evidence_inside_lungs);
    CHECK_FALSE(finding.evidence_unusual);
    CHECK_FALSE(finding.peak);
  }
  add_evidence(card, evidence, lungs, 4, findings);
  CHECK(findings[0].evidence_inside_lungs == 0.25f);
  CHECK(findings[0].evidence_unusual);
  CHECK_FALSE(findings[1].evidence_unusual);
  REQUIRE(findings[0].peak);
  CHECK(findings[0].peak->x == 0.75f);
  CHECK(findings[0].peak->y == 0.25f);
  CHECK_FALSE(findings[0].peak->in_lungs);
  CHECK(findings[0].peak->across == Across::right);
  CHECK(findings[0].peak->down == Down::top);
  CHECK_FALSE(findings[2].evidence_inside_lungs);
  CHECK_FALSE(findings[2].peak);
  CHECK(evidence.most() == 3);
}

TEST_CASE("a peak in the lungs is named by their height and side") {
  // Lungs from row 2 to 8 of 12, in columns 2 to 4 and 7 to 9.
  constexpr int kSide = 12;
  std::vector<std::uint8_t> lungs(kSide * kSide);
  for (int y = 2; y < 8; ++y) {
    for (const int x : {2, 3, 4, 7, 8, 9}) lungs[static_cast<std::size_t>(y) * kSide + x] = 1;
  }
  const auto peak = [&](int x, int y) {
    std::vector<float> map(kSide * kSide);
    map[static_cast<std::size_t>(y) * kSide + x] = 1;
    return peak_of(map, kSide, kSide, lungs, kSide);
  };
  CHECK(peak(3, 2).in_lungs);
  CHECK(peak(3, 2).across == Across::left);
  CHECK(peak(3, 2).down == Down::top);
  CHECK(peak(8, 4).across == Across::right);
  CHECK(peak(8, 4).down == Down::middle);
  CHECK(peak(8, 7).down == Down::bottom);
  CHECK_FALSE(peak(11, 0).in_lungs);
  CHECK(peak(11, 0).across == Across::right);
  CHECK(peak(11, 0).down == Down::top);
  CHECK(peak(5, 6).across == Across::middle);
  CHECK(peak(5, 6).down == Down::middle);
}
