#include "report/run_curves.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <map>

#include "report/charts.h"
#include "report/html.h"

namespace thoraxlite {
namespace {

using Json = nlohmann::ordered_json;

constexpr std::size_t kRunsOfChart = 6;  // looks of lines in the style

Series series_of(const RunCourse& run, const std::string& key) {
  Series series{run.name, {}};
  for (const Json& line : run.epochs) {
    series.points.push_back({value_at(line, "epoch"), value_at(line, key)});
  }
  return series;
}

std::string courses_table(const std::string& title, const std::vector<Series>& all) {
  Table table{title + ", by epoch", {"epoch"}, {}};
  std::map<double, std::vector<double>> rows;
  for (std::size_t run = 0; run < all.size(); ++run) {
    table.head.push_back(all[run].name);
    for (const Point& point : all[run].points) {
      auto& row = rows[point.x];
      row.resize(all.size(), std::numeric_limits<double>::quiet_NaN());
      row[run] = point.y;
    }
  }
  for (const auto& [epoch, values] : rows) {
    std::vector<std::string> cells = {number(epoch, 0)};
    for (const double value : values) cells.push_back(number(value, 4));
    table.rows_html.push_back(cells);
  }
  return details("Table of epochs: " + title, to_html(table));
}

}  // namespace

double value_at(const Json& line, const std::string& key) {
  const auto found = line.find(key);
  return found != line.end() && found->is_number() ? found->get<double>()
                                                   : std::numeric_limits<double>::quiet_NaN();
}

const Json* best_epoch(const std::vector<Json>& epochs) {
  const Json* best = nullptr;
  for (const Json& line : epochs) {
    const double value = value_at(line, "selection");
    if (std::isnan(value)) continue;
    if (best == nullptr || value > value_at(*best, "selection")) best = &line;
  }
  return best;
}

std::string selection_name(const std::vector<Json>& epochs) {
  if (epochs.empty()) return "selection figure";
  if (std::isfinite(value_at(epochs.front(), "agreement"))) return "agreement with the guide";
  // As selection_figure() of evaluation/evaluation.h has it.
  return std::isnan(value_at(epochs.front(), "mean_area_under_roc")) ? "macro F1" : "mean AUROC";
}

std::string run_curves_html(const std::string& title, const std::string& axis,
                            const std::vector<RunCourse>& runs, const std::string& key) {
  std::vector<Series> all;
  std::vector<double> values;
  double first = std::numeric_limits<double>::infinity(), last = -first;
  for (const RunCourse& run : runs) {
    all.push_back(series_of(run, key));
    for (const Point& point : all.back().points) {
      values.push_back(point.y);
      first = std::min(first, point.x);
      last = std::max(last, point.x);
    }
  }
  if (std::none_of(values.begin(), values.end(), [](double y) { return std::isfinite(y); })) {
    return "";
  }
  std::string html = "<div class=\"charts\">\n";
  const std::size_t charts = (all.size() + kRunsOfChart - 1) / kRunsOfChart;
  for (std::size_t at = 0; at < all.size(); at += kRunsOfChart) {
    LineChart chart;
    chart.title = title;
    if (charts > 1) {
      chart.title += ", " + std::to_string(at / kRunsOfChart + 1) + " of " + std::to_string(charts);
    }
    chart.description =
        "A line each run over the epochs. The numbers stand in the table of epochs.";
    chart.x = {"epoch", first, std::max(first + 1, last), true};
    chart.y = axis_around(axis, values);
    const std::size_t end = std::min(all.size(), at + kRunsOfChart);
    chart.series.assign(all.begin() + static_cast<std::ptrdiff_t>(at),
                        all.begin() + static_cast<std::ptrdiff_t>(end));
    html += to_html(chart);
  }
  return html + "</div>\n" + courses_table(title, all);
}

}  // namespace thoraxlite
