#include "test_figures.h"

#include <cmath>
#include <nlohmann/json.hpp>

#include "core/model/operating_points.h"

namespace thoraxlite {
namespace {

using Json = nlohmann::json;

// As web/src/models/figures.ts has it.
constexpr int kFewest = 10;

// The rest of a card is whatever a file holds: what is not there is null.
const Json& at(const Json& json, const char* key) {
  static const Json kNull;
  if (!json.is_object()) return kNull;
  const auto found = json.find(key);
  return found == json.end() ? kNull : *found;
}

const Json* find(const Json& findings, const std::string& label) {
  if (!findings.is_array()) return nullptr;
  for (const Json& finding : findings) {
    if (at(finding, "label") == label) return &finding;
  }
  return nullptr;
}

int count(const Json& value) {
  return value.is_number_integer() && value >= 0 && value <= 1'000'000'000 ? value.get<int>() : 0;
}

std::optional<double> part(const Json& value) {
  if (!value.is_number() || value < 0 || value > 1) return std::nullopt;
  return value.get<double>();
}

TestShare share(const Json& finding, const char* right, const char* wrong, const char* interval) {
  const int of = count(at(finding, right));
  TestShare share;
  share.films = of + count(at(finding, wrong));
  if (share.films < kFewest) return share;
  share.value = std::round(1e4 * of / share.films) / 1e4;
  const Json& ends = at(finding, interval);
  if (!ends.is_array() || ends.size() != 2) return share;
  share.low = part(ends[0]);
  share.high = part(ends[1]);
  return share;
}

// What a card says of an operating point on test films: the default's figures are the split's own.
const Json& figures_of(const Json& test, const std::string& operating_point) {
  static const Json kNone;
  if (operating_point == kDefaultOperatingPoint) return test;
  for (const Json& set : at(test, "operating_sets")) {
    const Json& name = at(set, "name");
    const Json& population = at(set, "population");
    if (!name.is_string() || !population.is_string()) continue;
    const std::string behind = population == "all" ? "" : '/' + population.get<std::string>();
    if (name.get<std::string>() + behind == operating_point) return set;
  }
  return kNone;
}

}  // namespace

std::optional<TestFigures> test_figures(const Screener& screener, const std::string& label) {
  const Card& card = screener.card();
  const Json document = Json::parse(card.json, nullptr, /*allow_exceptions=*/false);
  const std::string chosen = operating_points(card)[screener.operating_point()];
  const Json& test = figures_of(at(at(document, "evaluation"), "test"), chosen);
  const Json* finding = find(at(at(test, "adults"), "findings"), label);
  if (finding == nullptr) finding = find(at(test, "findings"), label);
  if (finding == nullptr) return std::nullopt;
  return TestFigures{share(*finding, "true_positives", "false_negatives", "sensitivity_95"),
                     share(*finding, "true_negatives", "false_positives", "specificity_95")};
}

}  // namespace thoraxlite
