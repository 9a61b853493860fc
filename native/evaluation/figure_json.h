// Figures as they stand in JSON files.
#pragma once

#include <cmath>
#include <nlohmann/json.hpp>

#include "evaluation/interval.h"

namespace thoraxlite {

// Four decimals: more than the counts support, fewer than would differ between machines. What is
// not finite is null.
inline nlohmann::ordered_json number(double value) {
  if (!std::isfinite(value)) return nullptr;
  return std::round(value * 1e4) / 1e4;
}

inline nlohmann::ordered_json interval_json(const Interval& interval) {
  return nlohmann::ordered_json::array({number(interval.low), number(interval.high)});
}

// Over what intervals are: patients, and images of which no patient is known.
inline nlohmann::ordered_json units_json(const Units& units) {
  return {{"patients", units.patients}, {"images_without_patient", units.images}};
}

}  // namespace thoraxlite
