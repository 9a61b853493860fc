#include "search/search_result.h"

#include <algorithm>
#include <cmath>
#include <cstdio>
#include <limits>
#include <numeric>
#include <tuple>

#include "report/run_curves.h"

namespace thoraxlite {
namespace {

using Json = nlohmann::ordered_json;

Json number_json(double value) {
  return std::isfinite(value) ? Json(value) : Json(nullptr);
}

// Below every figure where there is none.
double known(double figure) {
  return std::isnan(figure) ? -1.0 : figure;
}

}  // namespace

double best_selection(const Trial& trial, std::int64_t epochs) {
  double best = std::numeric_limits<double>::quiet_NaN();
  for (const Json& line : trial.epochs) {
    const double value = value_at(line, "selection");
    if (value_at(line, "epoch") <= static_cast<double>(epochs) && !(value <= best)) best = value;
  }
  return best;
}

std::vector<std::size_t> ranking(const SearchResult& search) {
  std::vector<std::size_t> order(search.trials.size());
  std::iota(order.begin(), order.end(), std::size_t{0});
  const auto place = [&](std::size_t i) {
    const Trial& trial = search.trials[i];
    return std::tuple(-trial.rungs, !trial.diverged.empty(), -known(best_selection(trial)), i);
  };
  std::sort(order.begin(), order.end(),
            [&](std::size_t a, std::size_t b) { return place(a) < place(b); });
  return order;
}

std::vector<std::size_t> survivors(const SearchResult& search, std::size_t rung) {
  if (rung + 1 >= search.rungs.size()) return {};
  std::vector<std::size_t> order;
  for (std::size_t i = 0; i < search.trials.size(); ++i) {
    if (search.trials[i].rungs > static_cast<std::int64_t>(rung)) order.push_back(i);
  }
  const auto place = [&](std::size_t i) {
    return std::pair(-known(best_selection(search.trials[i], search.rungs[rung].epochs)), i);
  };
  std::sort(order.begin(), order.end(),
            [&](std::size_t a, std::size_t b) { return place(a) < place(b); });
  order.resize(std::min(order.size(), static_cast<std::size_t>(search.rungs[rung + 1].trials)));
  std::sort(order.begin(), order.end());
  return order;
}

Json to_json(const SearchResult& search) {
  Json json = {{"plan", search.plan}, {"rungs", Json::array()}, {"trials", Json::array()}};
  for (const Rung& rung : search.rungs) {
    json["rungs"].push_back({{"epochs", rung.epochs}, {"trials", rung.trials}});
  }
  for (const Trial& trial : search.trials) {
    Json options = Json::object();
    for (const auto& [name, value] : trial.options) options[name] = value;
    const Json* best = best_epoch(trial.epochs);
    json["trials"].push_back(
        {{"trial", trial.number},
         {"options", options},
         {"rungs", trial.rungs},
         {"epochs", trial.epochs.size()},
         {"best_epoch", best == nullptr ? Json(nullptr) : best->at("epoch")},
         {"selection", number_json(best_selection(trial))},
         {"diverged", trial.diverged.empty() ? Json(nullptr) : Json(trial.diverged)}});
  }
  const std::vector<std::size_t> order = ranking(search);
  const Trial& first = search.trials[order.front()];
  json["best_trial"] =
      first.diverged.empty() && first.rungs > 0 ? Json(first.number) : Json(nullptr);
  return json;
}

std::string to_table(const SearchResult& search) {
  std::string text = "trial  epochs  selection  options\n";
  for (const std::size_t i : ranking(search)) {
    const Trial& trial = search.trials[i];
    char head[64];
    const double best = best_selection(trial);
    std::snprintf(head, sizeof head,
                  std::isnan(best) ? "%5lld  %6zu          -  " : "%5lld  %6zu     %.4f  ",
                  static_cast<long long>(trial.number), trial.epochs.size(), best);
    text += head;
    for (const auto& [name, value] : trial.options) text += name + " " + value + "  ";
    text += (trial.diverged.empty() ? "" : "diverged") + std::string("\n");
  }
  return text;
}

}  // namespace thoraxlite
