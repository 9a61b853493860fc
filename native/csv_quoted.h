// Fields of comma-separated values, as they are written.
#pragma once

#include <string>

namespace thoraxlite {

// In quotes where RFC 4180 wants them.
inline std::string csv_quoted(const std::string& field) {
  if (field.find_first_of(",\"\r\n") == std::string::npos) return field;
  std::string quoted = "\"";
  for (const char c : field) {
    if (c == '"') quoted += '"';
    quoted += c;
  }
  return quoted + '"';
}

}  // namespace thoraxlite
