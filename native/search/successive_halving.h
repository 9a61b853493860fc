// Successive halving (Jamieson and Talwalkar 2016, "Non-stochastic best arm identification and
// hyperparameter optimization", AISTATS): all trials train a little, the best of them go on.
#pragma once

#include <cstdint>
#include <vector>

namespace thoraxlite {

// Where trials are compared.
struct Rung {
  std::int64_t epochs = 0;  // that a trial has trained in all when it gets here
  std::int64_t trials = 0;  // that get here
};

// The last rung is `epochs`, each before it a keep_one_in-th of the next, as far as there are
// trials to give up and epochs to divide: keep_one_in-th of the trials of a rung, at least one,
// goes on to the next. trials, epochs >= 1; keep_one_in >= 2.
std::vector<Rung> halving_rungs(std::int64_t trials, std::int64_t epochs, std::int64_t keep_one_in);

}  // namespace thoraxlite
