#include "core/findings.h"

#include <doctest/doctest.h>

#include <cmath>
#include <limits>

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
  }
  return card;
}

}  // namespace

TEST_CASE("sigmoid scores each label by itself") {
  const auto findings =
      to_findings(card_of(Activation::sigmoid, 2, {0.5f, 0.5f, 0.9f}), {0, -3, 4}).value();
  REQUIRE(findings.size() == 3);
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

TEST_CASE("a finding whose evidence lies to less than half in the lungs is mostly outside") {
  Finding finding;
  CHECK_FALSE(is_mostly_outside(finding));
  const std::pair<float, bool> shares[] = {{0.0f, true},  {0.49f, true},  {0.4999f, true},
                                           {0.5f, false}, {0.51f, false}, {1.0f, false}};
  for (const auto& [share, expected] : shares) {
    CAPTURE(share);
    finding.evidence_inside_lungs = share;
    CHECK(is_mostly_outside(finding) == expected);
  }
}
