// What came of a search: its trials, by validation alone.
#pragma once

#include <cstdint>
#include <limits>
#include <nlohmann/json.hpp>
#include <string>
#include <utility>
#include <vector>

#include "search/successive_halving.h"

namespace thoraxlite {

struct Trial {
  std::int64_t number = 0;                                     // from 1
  std::vector<std::pair<std::string, std::string>> options{};  // drawn: name and value
  std::int64_t rungs = 0;                                      // that it has come to, from 0
  std::string diverged = {};                     // why it can go no further; empty: it can
  std::vector<nlohmann::ordered_json> epochs{};  // of its metrics.jsonl
};

struct SearchResult {
  nlohmann::ordered_json plan;  // all that decides it: network, options, method, seed, space
  std::vector<Rung> rungs;
  std::vector<Trial> trials;  // by number
};

// The best selection figure of its first epochs; NaN where it has none.
double best_selection(const Trial& trial,
                      std::int64_t epochs = std::numeric_limits<std::int64_t>::max());

// Indices of the trials, best first: those that came further, then the better selection figure, of
// equal ones the earlier number; of one rung, those that diverged last.
std::vector<std::size_t> ranking(const SearchResult& search);

// Those that go on from a rung, counted from 0: the best of those that have come to it, as many as
// the next one takes, by their epochs up to it alone, so that a search that was stopped decides as
// before. None from the last rung.
std::vector<std::size_t> survivors(const SearchResult& search, std::size_t rung);

nlohmann::ordered_json to_json(const SearchResult& search);
std::string to_table(const SearchResult& search);  // for a terminal; UTF-8

}  // namespace thoraxlite
