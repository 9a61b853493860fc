// JSON from an unknown hand, parsed without exceptions.
#pragma once

#include <nlohmann/json_fwd.hpp>
#include <string_view>

#include "core/result.h"

namespace thoraxlite {

inline constexpr int kMaxJsonDepth = 16;              // a model card nests five deep
inline constexpr std::size_t kMaxJsonKeyBytes = 256;  // keys are quoted in messages

// Refuses what RFC 8259 leaves open or a reader could take in two ways: duplicate keys, numbers
// that no double holds, deeper nesting than kMaxJsonDepth, longer keys than kMaxJsonKeyBytes,
// anything after the document.
Result<nlohmann::json> parse_strict_json(std::string_view text);

}  // namespace thoraxlite
