// An audit as one HTML file that needs nothing else.
#pragma once

#include <nlohmann/json.hpp>
#include <string>

#include "evaluation/evaluation.h"
#include "evaluation/scored_images.h"

namespace thoraxlite {

// audit: its JSON. evaluation: of these images, as they are. The same audit gives the same bytes.
std::string audit_page(const nlohmann::ordered_json& audit, const ScoredImages& images,
                       const Evaluation& evaluation);

}  // namespace thoraxlite
