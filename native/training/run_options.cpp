#include "training/run_options.h"

#include <algorithm>
#include <cmath>
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

double class_factor(const RunOptions& options, std::int64_t labels) {
  return options.reduction == "sum" ? static_cast<double>(labels) : 1.0;
}

std::int64_t warm_up_steps(const RunOptions& options, std::int64_t steps) {
  if (options.warm_up_share >= 1) return options.warm_up;  // as before there was a share
  const double most = std::round(options.warm_up_share * static_cast<double>(steps));
  return std::min(options.warm_up, static_cast<std::int64_t>(most));
}

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
  // What runs did before these options were there, where that is not the default now.
  options.precision = "float32";
  options.distillation.soften = "softmax";
  options.warm_up_share = 1;
  options.balance = "mean";
  visit_options(options, [&](const char* name, auto& value, const Allowed&, const char*) {
    const auto there = json.find(key_of(name));
    if (there != json.end()) there->get_to(value);
  });
  options.data.seed = options.seed;
  return options;
}

RunOptions as_begun(RunOptions wanted, const Json& begun) {
  const Json then = to_json(run_options_from_json(begun)), defaults = to_json(RunOptions{});
  visit_options(wanted, [&](const char* name, auto& value, const Allowed&, const char*) {
    const std::string key = key_of(name);
    if (!begun.contains(key) && defaults.at(key) == value) then.at(key).get_to(value);
  });
  if (wanted.precision == "auto") then.at("precision").get_to(wanted.precision);
  if (wanted.distillation.soften == "auto") then.at("soften").get_to(wanted.distillation.soften);
  return wanted;
}

}  // namespace thoraxlite
