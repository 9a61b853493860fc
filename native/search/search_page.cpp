#include "search/search_page.h"

#include <algorithm>
#include <cmath>

#include "report/html.h"
#include "report/run_curves.h"

namespace thoraxlite {
namespace {

using Json = nlohmann::ordered_json;

constexpr std::size_t kShownCourses = 12;

std::string trial_name(const Trial& trial) {
  return "trial " + std::to_string(trial.number);
}

std::string state(const Trial& trial, const SearchResult& search) {
  if (!trial.diverged.empty()) return trial.diverged;
  const auto all = static_cast<std::int64_t>(search.rungs.size());
  if (trial.rungs == all) return "trained to the end";
  if (trial.rungs == 0) return "not begun, or stopped on the way";
  return "came to rung " + std::to_string(trial.rungs) + " of " + std::to_string(all);
}

std::string trial_table(const SearchResult& search, const std::string& figure) {
  Table table{"Trials, best first", {"trial"}, {}};
  for (const auto& [name, value] : search.trials.front().options) table.head.push_back(name);
  for (const std::string& name :
       {std::string("epochs"), std::string("best epoch"), figure, std::string("how far")}) {
    table.head.push_back(name);
  }
  for (const std::size_t i : ranking(search)) {
    const Trial& trial = search.trials[i];
    const Json* best = best_epoch(trial.epochs);
    std::vector<std::string> row = {std::to_string(trial.number)};
    for (const auto& [name, value] : trial.options) row.push_back(escape(value));
    row.push_back(std::to_string(trial.epochs.size()));
    row.push_back(number(best == nullptr ? NAN : value_at(*best, "epoch"), 0));
    row.push_back(number(best_selection(trial), 4));
    row.push_back(escape(state(trial, search)));
    table.rows_html.push_back(row);
  }
  return to_html(table);
}

std::string rung_table(const SearchResult& search) {
  Table table{"Rungs", {"rung", "epochs of a trial by then", "trials"}, {}};
  for (std::size_t i = 0; i < search.rungs.size(); ++i) {
    table.rows_html.push_back({std::to_string(i + 1), std::to_string(search.rungs[i].epochs),
                               std::to_string(search.rungs[i].trials)});
  }
  return to_html(table);
}

std::string plan_table(const Json& plan) {
  Table table{"What was searched", {"name", "value"}, {}};
  for (const auto& [key, value] : plan.items()) {
    const Json parts = value.is_object() ? value : Json{{"", value}};
    for (const auto& [part, text] : parts.items()) {
      table.rows_html.push_back(
          {escape(part.empty() ? key : key + ": " + part),
           escape(text.is_string() ? text.get<std::string>()
                                   : text.dump(-1, ' ', false, Json::error_handler_t::replace))});
    }
  }
  return to_html(table);
}

}  // namespace

std::string to_html(const std::string& title, const SearchResult& search) {
  const std::vector<std::size_t> order = ranking(search);
  std::string figure = "selection figure";
  std::vector<RunCourse> courses;
  for (const std::size_t i : order) {
    const Trial& trial = search.trials[i];
    if (!trial.epochs.empty()) figure = selection_name(trial.epochs);
    if (courses.size() < kShownCourses) courses.push_back({trial_name(trial), trial.epochs});
  }
  const std::string looks = std::to_string(search.trials.size());
  return page(
      title,
      "<section><h2>Trials</h2>\n<p>Trials are compared by " + escape(figure) +
          " on the validation images, and by nothing else; the test images were not read. The "
          "best of " +
          looks +
          " trials is chosen by these very images, so that its figure is a little too good: what "
          "it is worth, images say that chose nothing.</p>\n" +
          trial_table(search, figure) + (search.rungs.size() > 1 ? rung_table(search) : "") +
          "</section>\n<section><h2>Courses of the best</h2>\n" +
          run_curves_html(figure + " on validation images", figure, courses, "selection") +
          run_curves_html("Validation loss", "loss", courses, "validation_loss") +
          "</section>\n<section><h2>What was searched</h2>\n" + plan_table(search.plan) +
          "</section>\n");
}

}  // namespace thoraxlite
