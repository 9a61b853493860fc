// JSON as the core writes it. One type for all of it: each would bring a writer of its own into the
// WebAssembly module.
#pragma once

#include <cstdint>
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

namespace thoraxlite {

// Keys keep their order, and a float is written with as few digits as name it.
using OutputJson = nlohmann::basic_json<nlohmann::ordered_map, std::vector, std::string, bool,
                                        std::int64_t, std::uint64_t, float>;

// On one line, UTF-8 whatever the texts are: bytes that are not become U+FFFD.
inline std::string to_text(const OutputJson& json) {
  return json.dump(-1, ' ', /*ensure_ascii=*/false, OutputJson::error_handler_t::replace);
}

}  // namespace thoraxlite
