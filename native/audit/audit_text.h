// An audit for a terminal; UTF-8.
#pragma once

#include <nlohmann/json.hpp>
#include <string>

namespace thoraxlite {

// The bad news, what was not measured, and the main figure under every change. audit: its JSON.
std::string audit_text(const nlohmann::ordered_json& audit);

}  // namespace thoraxlite
