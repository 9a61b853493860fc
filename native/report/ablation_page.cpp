#include "report/ablation_page.h"

#include <algorithm>
#include <cmath>

#include "report/charts.h"
#include "report/html.h"

namespace thoraxlite {
namespace {

std::string row_table(const Ablation& ablation) {
  Table table{"Rows: mean over seeds, with its 95% interval", {"row", "seeds"}, {}};
  for (const auto& [name, mean] : ablation.rows.front().figures) table.head.push_back(spoken(name));
  for (const AblationRow& row : ablation.rows) {
    std::vector<std::string> cells = {escape(row.name), std::to_string(row.seeds.size())};
    for (const auto& [name, mean] : row.figures) {
      cells.push_back(with_range(mean.mean, mean.interval));
    }
    table.rows_html.push_back(cells);
  }
  return to_html(table);
}

std::string not_run(const Ablation& ablation) {
  if (ablation.not_run.empty()) return "";
  std::string html = "<p>Not run yet: ";
  for (std::size_t i = 0; i < ablation.not_run.size(); ++i) {
    html += (i > 0 ? "; " : "") + escape(ablation.not_run[i]);
  }
  return html + ".</p>\n";
}

std::string row_charts(const Ablation& ablation) {
  std::string html = "<div class=\"charts\">\n";
  for (std::size_t figure = 0; figure < ablation.rows.front().figures.size(); ++figure) {
    const std::string name = spoken(ablation.rows.front().figures[figure].first);
    IntervalChart chart{name + ", mean over seeds",
                        "A row each: mean and 95% interval over seeds; the numbers stand in the "
                        "table of rows.",
                        name,
                        {},
                        false};
    for (const AblationRow& row : ablation.rows) {
      const SeedMean& mean = row.figures[figure].second;
      chart.rows.push_back({row.name, mean.mean, mean.interval});
    }
    html += to_html(chart);
  }
  return html + "</div>\n";
}

// One difference in words: what may be said of it.
std::string verdict(const Difference& difference) {
  const auto leaves_out_zero = [](const Interval& interval) {
    return std::isfinite(interval.low) && (interval.low > 0 || interval.high < 0);
  };
  const bool seeds = leaves_out_zero(difference.over_seeds.interval);
  const bool images = leaves_out_zero(difference.over_images);
  const std::string drawn = difference.over.patients > 0 ? "patients" : "images";
  if (seeds && images) return "beyond chance of seeds and of " + drawn;
  if (seeds) return "beyond chance of seeds, not shown for " + drawn;
  if (images) return "beyond chance of " + drawn + ", not shown for seeds";
  return "not shown";
}

std::string signed_number(double value) {
  return (value > 0 ? "+" : "") + number(value, 4);
}

std::string signed_range(const Interval& interval) {
  if (!std::isfinite(interval.low) || !std::isfinite(interval.high)) return range(interval);
  return signed_number(interval.low) + "\xC2\xA0to\xC2\xA0" + signed_number(interval.high);
}

// Who was drawn for the interval over test images.
std::string drawn_by(const Difference& difference) {
  return std::isnan(difference.over_images.low) ? number(difference.over_images.low)
                                                : escape(to_string(difference.over));
}

std::string difference_table(const std::vector<Difference>& differences) {
  Table table{"Differences between rows, paired",
              {"difference", "figure", "seeds", "mean", "95% over seeds", "95% over test images",
               "drawn by", "what it shows"},
              {}};
  for (const Difference& one : differences) {
    table.rows_html.push_back({escape(one.first + " \xE2\x88\x92 " + one.second),
                               escape(spoken(one.figure)), std::to_string(one.over_seeds.runs),
                               signed_number(one.over_seeds.mean),
                               signed_range(one.over_seeds.interval), signed_range(one.over_images),
                               drawn_by(one), verdict(one)});
  }
  return to_html(table);
}

std::string difference_charts(const std::vector<Difference>& differences) {
  std::vector<std::string> figures;
  for (const Difference& one : differences) {
    if (std::find(figures.begin(), figures.end(), one.figure) == figures.end()) {
      figures.push_back(one.figure);
    }
  }
  std::string html = "<div class=\"charts\">\n";
  for (const std::string& figure : figures) {
    IntervalChart chart{
        "Differences of " + spoken(figure),
        "Each difference twice, with its 95% interval over seeds and over test images; "
        "the numbers stand in the table of differences.",
        "difference of " + spoken(figure),
        {},
        true};
    for (const Difference& one : differences) {
      if (one.figure != figure) continue;
      const std::string name = one.first + " \xE2\x88\x92 " + one.second;
      chart.rows.push_back({"seeds: " + name, one.over_seeds.mean, one.over_seeds.interval});
      chart.rows.push_back({"images: " + name, one.over_seeds.mean, one.over_images});
    }
    html += to_html(chart);
  }
  return html + "</div>\n";
}

}  // namespace

std::string to_html(const std::string& title, const Ablation& ablation) {
  std::string body;
  if (!ablation.rows.empty()) {
    body +=
        "<section><h2>Rows</h2>\n<p>The interval says where the mean of more seeds would lie "
        "(Student's t); a row of one seed has none.</p>\n" +
        row_table(ablation) + not_run(ablation) +
        (ablation.policy.empty() ? "" : "<p>Policy: " + escape(ablation.policy) + ".</p>\n") +
        row_charts(ablation) + "</section>\n";
  }
  if (!ablation.differences.empty()) {
    body +=
        "<section><h2>Differences</h2>\n<p>Over seeds: another training would come out "
        "otherwise. Over test images, drawn by patient where patients are known: another "
        "test set would. A difference is worth speaking of "
        "where both intervals leave 0 out.</p>\n" +
        difference_table(ablation.differences) + difference_charts(ablation.differences) +
        "</section>\n";
  }
  return page(title, body);
}

}  // namespace thoraxlite
