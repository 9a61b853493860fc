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

bool is_mostly_outside(const Finding& finding) {
  return finding.evidence_inside_lungs && *finding.evidence_inside_lungs < kMinEvidenceInsideLungs;
}

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
    const float threshold = card.operating_points[i].threshold;
    findings.push_back({card.labels[i], score, threshold, score >= threshold, std::nullopt});
  }
  return findings;
}

}  // namespace thoraxlite
