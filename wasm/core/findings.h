// Logits to calibrated scores.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "core/model/model.h"
#include "core/result.h"

namespace thoraxlite {

struct Finding {
  std::string label;
  float score = 0;  // [0, 1]
  float threshold = 0;
  bool positive = false;  // score >= threshold
  // Share of the positive evidence that lies inside the lung field, [0, 1]; nothing where the
  // network gives no evidence map or the map has no positive value.
  std::optional<float> evidence_inside_lungs;
};

// Below this share a positive finding deserves a warning: most of what speaks for it is not lung.
inline constexpr float kMinEvidenceInsideLungs = 0.5f;

bool is_mostly_outside(const Finding& finding);  // false where there is no share

// logits: one a label. One finding a label, in the card's order; score = activation(logit /
// temperature). Error: a logit that is not finite.
Result<std::vector<Finding>> to_findings(const Card& card, const std::vector<float>& logits);

}  // namespace thoraxlite
