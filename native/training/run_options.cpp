#include "training/run_options.h"

#include <algorithm>

namespace thoraxlite {

using Json = nlohmann::ordered_json;

namespace {

std::string key_of(std::string name) {
  std::replace(name.begin(), name.end(), '-', '_');
  return name;
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
    json[key_of(name)] = value;
  });
  json["mean"] = options.input.mean;
  json["std"] = options.input.std;
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
  json.at("mean").get_to(options.input.mean);
  json.at("std").get_to(options.input.std);
  options.data.seed = options.seed;
  return options;
}

}  // namespace thoraxlite
