// The time at which something was made.
#pragma once

#include <ctime>
#include <string>

namespace thoraxlite {

// ISO 8601 in UTC, to the second.
inline std::string utc_now() {
  const std::time_t seconds = std::time(nullptr);
  std::tm parts{};
  char text[32];
  std::strftime(text, sizeof text, "%Y-%m-%dT%H:%M:%SZ", gmtime_r(&seconds, &parts));
  return text;
}

}  // namespace thoraxlite
