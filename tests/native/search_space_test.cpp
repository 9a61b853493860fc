// What a search draws, and how it gets into a network's options.
#include "search/search_space.h"

#include <doctest/doctest.h>

#include <algorithm>
#include <cmath>
#include <map>
#include <set>

#include "made_folder.h"

using namespace thoraxlite;

TEST_CASE("values of every kind of option are set, within their bounds") {
  RunOptions options;
  set_option(options, "learning-rate", "3e-3");
  set_option(options, "batch", "16");
  set_option(options, "balance", "root");
  set_option(options, "balance-sources", "true");
  CHECK(options.learning_rate == 3e-3);
  CHECK(options.batch == 16);
  CHECK(options.balance == "root");
  CHECK(options.balance_sources);
  const auto refused = [&](const char* option, const char* value) {
    return reason([&] { set_option(options, option, value); });
  };
  CHECK(contains(refused("learning-rate", "100"), "--learning-rate: 100; expected 1e-08 to 10"));
  CHECK(contains(refused("learning-rate", "fast"), "'fast' is no number"));
  CHECK(contains(refused("batch", "16.5"), "is no whole number"));
  CHECK(contains(refused("balance", "some"), "expected one of auto, "));
  CHECK(contains(refused("balance-sources", "yes"), "is not true or false"));
  CHECK(contains(refused("learning-rates", "1"), "no such option"));
}

TEST_CASE("what is learned from, validated on, or for how long, is not searched") {
  for (const char* option :
       {"data", "fold", "epochs", "seed", "sources", "reader", "soft-labels-from"}) {
    CHECK_FALSE(can_be_searched(option));
  }
  CHECK(can_be_searched("learning-rate"));
}

TEST_CASE("a choice is values or a range, whose bounds the option can take") {
  CHECK(parse_choice("batch", {"16", "32"}).values == std::vector<std::string>{"16", "32"});
  const Choice range = parse_choice("learning-rate", {"log-uniform(1e-4, 1e-2)"});
  CHECK(range.logarithmic);
  CHECK(range.low == 1e-4);
  CHECK(range.high == 1e-2);
  CHECK_FALSE(parse_choice("dropout", {"uniform(0,0.5)"}).logarithmic);
  const auto refused = [](const char* option, const char* text) {
    return reason([&] { parse_choice(option, {text}); });
  };
  CHECK(contains(refused("learning-rate", "log-uniform(0, 1)"), "both above 0"));
  CHECK(contains(refused("dropout", "uniform(0.5, 0.1)"), "expected LOW < HIGH"));
  CHECK(contains(refused("dropout", "uniform(0, 2)"), "--dropout: 2; expected 0 to 0.9"));
  CHECK(contains(refused("dropout", "uniform(0, 0.5"), "is no number"));
}

TEST_CASE("draws are even on their scale, whole where they must be, and stay the same") {
  const Choice rate = parse_choice("learning-rate", {"log-uniform(1e-4, 1e-2)"});
  const Choice batch = parse_choice("batch", {"uniform(8, 11)"});
  const Choice balance = parse_choice("balance", {"none", "root"});
  int below = 0;
  std::map<std::string, int> words;
  std::set<std::string> batches;
  constexpr int kTrials = 2000;
  for (int trial = 1; trial <= kTrials; ++trial) {
    const double value = std::stod(draw(rate, 1, trial));
    CHECK((value >= 1e-4 && value <= 1e-2));
    below += value < 1e-3 ? 1 : 0;
    ++words[draw(balance, 1, trial)];
    batches.insert(draw(batch, 1, trial));
  }
  // Four standard deviations of a binomial of one half.
  CHECK(std::abs(below - kTrials / 2) < 90);
  CHECK(std::abs(words["none"] - kTrials / 2) < 90);
  CHECK(batches == std::set<std::string>{"8", "9", "10", "11"});
  CHECK(draw(rate, 1, 1) == draw(rate, 1, 1));
  CHECK(draw(rate, 1, 1) != draw(rate, 2, 1));
  CHECK(draw(rate, 1, 1) != draw(rate, 1, 2));
}
