// The part of a model card that says how inputs are prepared and outputs are read.
#pragma once

#include "core/json/json.h"
#include "core/model/model.h"

namespace thoraxlite {

// document: the parsed card. Fills everything of Card but `json`.
Result<Card> read_card(const Json& document);

}  // namespace thoraxlite
