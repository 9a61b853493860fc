// Logits to calibrated scores.
#pragma once

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
};

// logits: one a label. One finding a label, in the card's order; score = activation(logit /
// temperature). Error: a logit that is not finite.
Result<std::vector<Finding>> to_findings(const Card& card, const std::vector<float>& logits);

}  // namespace thoraxlite
