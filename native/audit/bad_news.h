// What speaks against a model, out of an audit's figures by fixed rules: none looks at which model
// it is. native/docs/audit.md has the rules in a table.
#pragma once

#include <nlohmann/json.hpp>
#include <string>
#include <vector>

namespace thoraxlite {

// A group, or a side of an AUROC, of fewer films gives no bad news.
inline constexpr int kFewestNewsFilms = 10;

// Larger shares than these are bad news: of calls that a small change turns, and of test films that
// are refused. So is a smaller share than the last of films refused whose lungs are black.
inline constexpr double kCallsThatMayTurn = 0.05;
inline constexpr double kFilmsThatMayBeRefused = 0.05;
inline constexpr double kBlackLungsRefused = 0.9;

struct BadNews {
  std::string rule;
  double severity = 0;  // how bad, 0 .. 1: by how much a figure is worse than it should be
  std::string sentence;
};

// audit: as audit_json.h and evaluation_json.cpp write it; a part that is missing or null was not
// measured, and gives none. What is said of sources that were left out comes first, also that it
// was not measured; then all by severity, the worst first, equals in the order of the rules.
std::vector<BadNews> bad_news(const nlohmann::ordered_json& audit);

nlohmann::ordered_json to_json(const std::vector<BadNews>& news);

}  // namespace thoraxlite
