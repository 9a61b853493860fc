#include "core/findings.h"

#include <algorithm>
#include <cmath>

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

}  // namespace

Result<std::vector<Finding>> to_findings(const Card& card, const std::vector<float>& logits) {
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
    const auto score = static_cast<float>(scores[i]);
    const OperatingPoint& point = card.operating_points[i];
    Finding finding;
    finding.label = card.labels[i];
    finding.logit = logits[i];
    finding.score = score;
    finding.neither = card.neither == i;
    if (point.is_measured()) {
      finding.threshold = point.threshold;
      finding.positive = !finding.neither && score >= point.threshold;
      finding.near = !finding.neither && point.threshold_95 && score >= point.threshold_95->low &&
                     score <= point.threshold_95->high;
    }
    findings.push_back(std::move(finding));
  }
  return findings;
}

void add_evidence(const Card& card, const EvidenceMaps& evidence,
                  const std::vector<std::uint8_t>& lung_field, int side,
                  std::vector<Finding>& findings) {
  if (lung_field.empty()) return;
  for (std::size_t i = 0; i < findings.size(); ++i) {
    Finding& finding = findings[i];
    const std::vector<float>& map = evidence.maps[i];
    finding.evidence_inside_lungs =
        share_inside(map, evidence.height, evidence.width, lung_field, side);
    if (!finding.evidence_inside_lungs) continue;
    finding.peak = peak_of(map, evidence.height, evidence.width, lung_field, side);
    const std::optional<float>& usual = card.operating_points[i].evidence_inside_5;
    finding.evidence_unusual = finding.positive && usual && *finding.evidence_inside_lungs < *usual;
  }
}

std::string score_text(float score) {
  if (score > 0 && score < 0.001f) return "< 0.1";
  if (score < 1 && score > 0.999f) return "> 99.9";
  const auto tenths = std::lround(1000 * static_cast<double>(score));
  return std::to_string(tenths / 10) + '.' + std::to_string(tenths % 10);
}

}  // namespace thoraxlite
