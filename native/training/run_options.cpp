#include "training/run_options.h"

#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <type_traits>

namespace thoraxlite {

using Json = nlohmann::ordered_json;

namespace {

std::string key_of(std::string name) {
  if (name == "deviation") return "std";  // as options.json and the model's card have always had it
  std::replace(name.begin(), name.end(), '-', '_');
  return name;
}

// 0.449, which as a double would be 0.44900000095367432.
double shortest(float value) {
  char digits[32];
  for (int precision = 6; precision <= 9; ++precision) {
    std::snprintf(digits, sizeof digits, "%.*g", precision, static_cast<double>(value));
    if (std::strtof(digits, nullptr) == value) break;
  }
  return std::strtod(digits, nullptr);
}

}  // namespace

NetworkOptions network_options(const RunOptions& options, std::size_t labels) {
  NetworkOptions network;
  network.architecture = options.architecture;
  network.labels = static_cast<std::int64_t>(labels);
  network.dropout = options.dropout;
  network.hidden = options.hidden;
  network.stride = options.stride;
  return network;
}

Json to_json(const RunOptions& options) {
  Json json;
  visit_options(options, [&](const char* name, const auto& value, const Allowed&, const char*) {
    if constexpr (std::is_same_v<std::decay_t<decltype(value)>, float>) {
      json[key_of(name)] = shortest(value);
    } else {
      json[key_of(name)] = value;
    }
  });
  return json;
}

RunOptions run_options_from_json(const Json& json) {
  RunOptions options;
  options.balance = "mean";  // what it was before there was another default
  visit_options(options, [&](const char* name, auto& value, const Allowed&, const char*) {
    // A run of an earlier version lacks the options that came later; it had their defaults.
    const auto there = json.find(key_of(name));
    if (there != json.end()) there->get_to(value);
  });
  options.data.seed = options.seed;
  return options;
}

}  // namespace thoraxlite
