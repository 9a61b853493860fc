// The courses of several runs in one chart.
#pragma once

#include <nlohmann/json.hpp>
#include <string>
#include <vector>

namespace thoraxlite {

struct RunCourse {
  std::string name;
  std::vector<nlohmann::ordered_json> epochs;  // of read_epochs() in report/curves.h
};

// The value of a line of metrics.jsonl; NaN where it has no such number.
double value_at(const nlohmann::ordered_json& line, const std::string& key);

// The best epoch by "selection", the first of equal ones; null where there is no epoch.
const nlohmann::ordered_json* best_epoch(const std::vector<nlohmann::ordered_json>& epochs);

// Which figure "selection" is: "macro F1", "mean AUROC", or "agreement with the guide" where no
// label was known; "selection figure" before any epoch.
std::string selection_name(const std::vector<nlohmann::ordered_json>& epochs);

// A key of metrics.jsonl over the epochs, a line a run; six runs a chart, since no more lines can
// be told apart, and all charts on the same axes. Its numbers are in a table below, an epoch a row.
// Empty where no run has the key.
std::string run_curves_html(const std::string& title, const std::string& axis,
                            const std::vector<RunCourse>& runs, const std::string& key);

}  // namespace thoraxlite
