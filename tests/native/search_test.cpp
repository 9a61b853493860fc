// Which trials a search compares, when, and who goes on.
#include <doctest/doctest.h>

#include <cmath>
#include <set>

#include "search/search_page.h"
#include "search/search_result.h"
#include "search/successive_halving.h"

using namespace thoraxlite;
using Json = nlohmann::ordered_json;

namespace {

std::vector<std::pair<std::int64_t, std::int64_t>> rungs(std::int64_t trials, std::int64_t epochs,
                                                         std::int64_t keep_one_in) {
  std::vector<std::pair<std::int64_t, std::int64_t>> all;
  for (const Rung& rung : halving_rungs(trials, epochs, keep_one_in)) {
    all.emplace_back(rung.epochs, rung.trials);
  }
  return all;
}

using Rungs = std::vector<std::pair<std::int64_t, std::int64_t>>;

// A trial that has come through so many rungs, with a selection figure an epoch.
Trial trial(std::int64_t number, std::int64_t rungs, const std::vector<double>& figures) {
  Trial made;
  made.number = number;
  made.options = {{"learning-rate", "0.00" + std::to_string(number)}, {"balance", "root"}};
  made.rungs = rungs;
  for (std::size_t i = 0; i < figures.size(); ++i) {
    made.epochs.push_back({{"epoch", i + 1},
                           {"validation_loss", 0.5},
                           {"macro_f1", figures[i]},
                           {"selection", figures[i]}});
  }
  return made;
}

SearchResult search_of(const std::vector<Trial>& trials) {
  return {{{"seed", 7}, {"space", {{"learning-rate", {"log-uniform(1e-4, 1e-2)"}}}}},
          {{2, 4}, {4, 2}, {8, 1}},
          trials};
}

}  // namespace

TEST_CASE("rungs end at all epochs, and each is as deep as trials and epochs allow") {
  CHECK(rungs(9, 27, 3) == Rungs{{3, 9}, {9, 3}, {27, 1}});
  CHECK(rungs(27, 9, 3) == Rungs{{1, 27}, {3, 9}, {9, 3}});
  CHECK(rungs(10, 40, 2) == Rungs{{5, 10}, {10, 5}, {20, 2}, {40, 1}});
  CHECK(rungs(1, 40, 3) == Rungs{{40, 1}});
  CHECK(rungs(8, 1, 2) == Rungs{{1, 8}});
  CHECK(rungs(2, 2, 3) == Rungs{{2, 2}});
}

TEST_CASE("the best of a rung go on, by their best epoch up to it") {
  const SearchResult search = search_of({trial(1, 1, {0.5, 0.6}), trial(2, 1, {0.9, 0.1}),
                                         trial(3, 1, {0.2, 0.61}), trial(4, 1, {0.3, 0.3})});
  CHECK(survivors(search, 0) == std::vector<std::size_t>{1, 2});
}

TEST_CASE("a search that was stopped decides an earlier rung as it did then") {
  // Trial 1 went on to epoch 4 and was better there than trial 3, which did not.
  SearchResult search =
      search_of({trial(1, 2, {0.5, 0.6, 0.6, 0.99}), trial(2, 2, {0.7, 0.7, 0.7, 0.7}),
                 trial(3, 1, {0.2, 0.65}), trial(4, 1, {0.3, 0.3})});
  CHECK(survivors(search, 0) == std::vector<std::size_t>{1, 2});
}

TEST_CASE(
    "of equal trials the earlier goes on; one without a figure, or that has not come, does not") {
  CHECK(survivors(search_of({trial(1, 1, {0.5}), trial(2, 1, {0.5}), trial(3, 1, {0.5})}), 0) ==
        std::vector<std::size_t>{0, 1});
  SearchResult search =
      search_of({trial(1, 0, {0.9}), trial(2, 1, {NAN, 0.4}), trial(3, 1, {}), trial(4, 1, {0.1})});
  CHECK(survivors(search, 0) == std::vector<std::size_t>{1, 3});
  CHECK(survivors(search, 2).empty());
}

TEST_CASE("trials are ranked by how far they came, then by their figure; diverged ones last") {
  SearchResult search =
      search_of({trial(1, 1, {0.9}), trial(2, 3, {0.5}), trial(3, 3, {0.6}), trial(4, 1, {0.95})});
  search.trials[3].diverged = "the loss is no longer a number in epoch 2";
  CHECK(ranking(search) == std::vector<std::size_t>{2, 1, 0, 3});
  const Json json = to_json(search);
  CHECK(json["best_trial"] == 3);
  CHECK(json["plan"]["seed"] == 7);
  CHECK(json["trials"][2]["options"]["learning-rate"] == "0.003");
  CHECK(json["trials"][2]["selection"] == 0.6);
  CHECK(json["trials"][3]["diverged"] == "the loss is no longer a number in epoch 2");
  CHECK(json["trials"][0]["diverged"].is_null());
  const std::string table = to_table(search);
  CHECK(table.find("    3       1     0.6000") < table.find("    2       1     0.5000"));
  CHECK(table.find("diverged") != std::string::npos);
}

TEST_CASE("nobody is the best before anybody has come to a rung") {
  CHECK(to_json(search_of({trial(1, 0, {0.9})}))["best_trial"].is_null());
}
