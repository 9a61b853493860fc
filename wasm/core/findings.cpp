#include "core/findings.h"

#include <algorithm>
#include <cmath>

#include "core/model/operating_points.h"

namespace thoraxlite {
namespace {

// In float32: for a double it brings a table of 2 KB, a thirtieth of the WebAssembly module.
double exponential(double value) {
  return std::exp(static_cast<float>(value));
}

std::vector<double> sigmoid(std::vector<double> values) {
  for (double& value : values) value = 1.0 / (1.0 + exponential(-value));
  return values;
}

std::vector<double> softmax(std::vector<double> values) {
  // Without the largest taken off, exp overflows for large logits.
  const double largest = *std::max_element(values.begin(), values.end());
  double sum = 0;
  for (double& value : values) sum += value = exponential(value - largest);
  for (double& value : values) value /= sum;
  return values;
}

Judgement judged(const OperatingPoint& point, const Finding& finding) {
  Judgement judgement;
  if (!point.is_measured()) return judgement;
  judgement.threshold = point.threshold;
  if (finding.neither) return judgement;
  const auto& range = point.threshold_95;
  const auto& inside = finding.evidence_inside_lungs;
  judgement.positive = finding.score >= point.threshold;
  judgement.near = range && finding.score >= range->low && finding.score <= range->high;
  judgement.evidence_unusual =
      judgement.positive && inside && point.evidence_inside_5 && *inside < *point.evidence_inside_5;
  return judgement;
}

void judge(const Card& card, std::size_t label, std::size_t chosen, Finding& finding) {
  finding.judgements.clear();
  for (std::size_t i = 0; i <= card.operating_sets.size(); ++i) {
    finding.judgements.push_back(judged(points_of(card, i)[label], finding));
  }
  static_cast<Judgement&>(finding) = finding.judgements[chosen];
}

}  // namespace

Result<std::vector<Finding>> to_findings(const Card& card, const std::vector<float>& logits,
                                         std::size_t chosen) {
  if (logits.size() != card.labels.size() ||
      !std::all_of(logits.begin(), logits.end(),
                   [](float logit) { return std::isfinite(logit); })) {
    return fail("The network gave something that is not a number; there is no result.");
  }
  std::vector<double> scores(logits.begin(), logits.end());
  for (double& score : scores) score /= card.temperature;
  scores = card.activation == Activation::softmax ? softmax(std::move(scores))
                                                  : sigmoid(std::move(scores));

  std::vector<Finding> findings;
  for (std::size_t i = 0; i < scores.size(); ++i) {
    Finding finding;
    finding.label = card.labels[i];
    finding.logit = logits[i];
    finding.score = static_cast<float>(scores[i]);
    finding.neither = card.neither == i;
    judge(card, i, chosen, finding);
    findings.push_back(std::move(finding));
  }
  return findings;
}

void add_evidence(const Card& card, const EvidenceMaps& evidence,
                  const std::vector<std::uint8_t>& lung_field, int side,
                  std::vector<Finding>& findings, std::size_t chosen) {
  if (lung_field.empty()) return;
  for (std::size_t i = 0; i < findings.size(); ++i) {
    Finding& finding = findings[i];
    const std::vector<float>& map = evidence.maps[i];
    finding.evidence_inside_lungs =
        share_inside(map, evidence.height, evidence.width, lung_field, side);
    if (!finding.evidence_inside_lungs) continue;
    finding.peak = peak_of(map, evidence.height, evidence.width, lung_field, side);
    judge(card, i, chosen, finding);
  }
}

std::string score_text(float score) {
  if (score > 0 && score < 0.001f) return "< 0.1";
  if (score < 1 && score > 0.999f) return "> 99.9";
  const auto tenths = std::lround(1000 * static_cast<double>(score));
  return std::to_string(tenths / 10) + '.' + std::to_string(tenths % 10);
}

}  // namespace thoraxlite
