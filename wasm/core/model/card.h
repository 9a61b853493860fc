// The part of a model card that says how inputs are prepared and outputs are read.
#pragma once

#include <nlohmann/json_fwd.hpp>

#include "core/model/model.h"

namespace thoraxlite {

// document: the parsed card. Fills everything of Card but `json`.
Result<Card> read_card(const nlohmann::json& document);

}  // namespace thoraxlite
