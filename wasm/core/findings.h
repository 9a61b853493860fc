// Logits to calibrated scores.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "core/evidence.h"
#include "core/evidence_place.h"
#include "core/model/model.h"
#include "core/result.h"

namespace thoraxlite {

// What one operating point makes of a score.
struct Judgement {
  // Nothing where it was never measured: there were no films with the finding, none without, or too
  // few to choose a threshold by.
  std::optional<float> threshold;
  bool positive = false;  // score >= threshold; of a finding only, and where there is a threshold
  bool near = false;      // inside the range in which the threshold might lie as well
  // Less evidence inside the lungs than on nearly all test films with the finding; false where that
  // was not measured.
  bool evidence_unusual = false;
};

struct Finding : Judgement {  // by the operating point that was chosen
  std::string label;
  float logit = 0;       // the network's own, which score is made of
  float score = 0;       // [0, 1]
  bool neither = false;  // no finding: the label means none of the others
  // Share of the positive evidence that lies inside the lung field, [0, 1]; nothing where the
  // network gives no evidence map, the map has no positive value, or the model finds no lungs.
  std::optional<float> evidence_inside_lungs;
  std::optional<Peak> peak;  // of the evidence; nothing where there is no share either
  // By each operating point of the model, in the order of operating_points() of
  // model/operating_points.h.
  std::vector<Judgement> judgements;
};

// Below this share most of what speaks for a finding is not lung.
inline constexpr float kMinEvidenceInsideLungs = 0.5f;

// logits: one a label. One finding a label, in the card's order; score = activation(logit /
// temperature). chosen: the operating point's place in operating_points(card). Error: a logit that
// is not finite.
Result<std::vector<Finding>> to_findings(const Card& card, const std::vector<float>& logits,
                                         std::size_t chosen = 0);

// Share and place of the findings' evidence, and whether a share is unusual for this model.
// lung_field: [side, side], 1 inside; empty where it is not known, and nothing is added.
void add_evidence(const Card& card, const EvidenceMaps& evidence,
                  const std::vector<std::uint8_t>& lung_field, int side,
                  std::vector<Finding>& findings, std::size_t chosen = 0);

// A score as people read it: 0 to 100, with one digit behind the point, and never rounded to one of
// its ends: "0.0" stands for 0 alone, "< 0.1" for what would be rounded to it.
std::string score_text(float score);

}  // namespace thoraxlite
