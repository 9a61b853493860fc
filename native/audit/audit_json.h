// An audit's parts as they stand in its JSON, which native/docs/audit.md describes key by key:
// page, bad news and card are made of that alone.
#pragma once

#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "audit/alteration.h"
#include "audit/altered_figures.h"
#include "audit/block_out.h"
#include "audit/equal_count_calibration.h"
#include "audit/source_probe.h"

namespace thoraxlite {

inline constexpr int kAuditFormat = 1;

nlohmann::ordered_json to_json(const AlteredFigures& figures);

// null where no source can be told from another.
nlohmann::ordered_json to_json(const SourceProbe& probe);

// label: of one label, or what else the scores are of.
nlohmann::ordered_json to_json(const std::string& label, const EqualCountCalibration& calibration);

// {"kind","strength","none","small_steps","points":[{"strength", and the figures}]}; figures: one a
// strength of the kind.
nlohmann::ordered_json to_json(const AlterationKind& kind,
                               const std::vector<AlteredFigures>& figures);

// chance: of the main figure on those films.
nlohmann::ordered_json to_json(BlockOut part, const AlteredFigures& figures, double chance);

}  // namespace thoraxlite
