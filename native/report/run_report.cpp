#include "report/run_report.h"

#include <algorithm>
#include <cmath>

#include "evaluation/evaluation.h"
#include "report/charts.h"
#include "report/curves.h"
#include "report/html.h"
#include "report/split_section.h"

namespace thoraxlite {
namespace {

using Json = nlohmann::ordered_json;

// A network on a split.
struct Measured {
  std::string network, split;
  const ScoredImages* images;
  Evaluation evaluation;
};

std::string plain(const Json& value) {
  if (value.is_string()) return value.get<std::string>();
  return value.dump(-1, ' ', false, Json::error_handler_t::replace);
}

// Nested objects become names with dots.
void flatten(const Json& json, const std::string& prefix, Table& table) {
  for (const auto& [key, value] : json.items()) {
    const std::string name = prefix.empty() ? key : prefix + "." + key;
    if (value.is_object() && !value.empty()) {
      flatten(value, name, table);
    } else {
      table.rows_html.push_back({escape(name), escape(plain(value))});
    }
  }
}

std::string json_details(const std::string& summary, const Json& json) {
  if (!json.is_object() || json.empty()) return "";
  Table table{summary, {"name", "value"}, {}};
  flatten(json, "", table);
  return details(summary, to_html(table));
}

std::string summary_table(const std::vector<Measured>& all) {
  Table table{"Networks and splits",
              {"network, split", "images", "intervals over", "accuracy", "macro F1", "mean AUROC"},
              {}};
  for (const Measured& one : all) {
    const FindingsReport& findings = one.evaluation.findings;
    std::string accuracy = with_range(findings.accuracy.value, findings.accuracy.interval);
    std::string f1 = with_range(findings.macro.f1.value, findings.macro.f1.interval);
    if (const auto& classes = one.evaluation.classes) {
      accuracy = with_range(classes->overall.accuracy, classes->overall.accuracy_95);
      f1 = with_range(classes->overall.macro.f1, classes->overall.macro_f1_95);
    }
    table.rows_html.push_back(
        {escape(one.network + ", " + one.split), std::to_string(findings.images),
         escape(to_string(findings.over)), accuracy, f1,
         with_range(findings.mean_area_under_roc.value, findings.mean_area_under_roc.interval)});
  }
  return to_html(table);
}

// The selection figure of every network on every split.
std::string summary_chart(const std::vector<Measured>& all) {
  const bool exclusive = all.front().evaluation.classes.has_value();
  IntervalChart chart;
  chart.axis = exclusive ? "macro F1" : "mean AUROC";
  chart.title = chart.axis + " with 95% intervals";
  chart.description =
      "A row for each network on each split; the numbers stand in the table beside it.";
  for (const Measured& one : all) {
    const FindingsReport& findings = one.evaluation.findings;
    const auto& classes = one.evaluation.classes;
    IntervalRow row{one.network + ", " + one.split, findings.mean_area_under_roc.value,
                    findings.mean_area_under_roc.interval};
    if (classes) {
      row.value = classes->overall.macro.f1;
      row.interval = classes->overall.macro_f1_95;
    }
    chart.rows.push_back(row);
  }
  return to_html(chart);
}

std::string anchor(std::size_t stage) {
  return "stage-" + std::to_string(stage + 1);
}

std::string contents(const RunReport& report) {
  std::string html = "<nav aria-label=\"Contents\"><ul>";
  for (std::size_t i = 0; i < report.stages.size(); ++i) {
    html += "<li><a href=\"#" + anchor(i) + "\">" + escape(report.stages[i].name) + "</a></li>";
  }
  if (!report.examples.empty()) html += "<li><a href=\"#examples\">Examples</a></li>";
  return html + "</ul></nav>\n";
}

// Networks are compared on the same split: all of one split, then all of the next.
std::vector<Measured> by_split(const std::vector<Measured>& all) {
  std::vector<std::string> splits;
  for (const Measured& one : all) {
    if (std::find(splits.begin(), splits.end(), one.split) == splits.end()) {
      splits.push_back(one.split);
    }
  }
  std::vector<Measured> sorted;
  for (const std::string& split : splits) {
    for (const Measured& one : all) {
      if (one.split == split) sorted.push_back(one);
    }
  }
  return sorted;
}

std::string agreed(const Agreed& figure) {
  return with_range(figure.value, figure.interval);
}

// How far a network says what its teacher says, which is no figure of how well either does.
std::string agreement_html(const std::string& name, const Agreement& agreement) {
  Table table{name + ": agreement with the teacher",
              {"label", "rank correlation", "scores differ by", "mean score of the teacher",
               "of the " + name},
              {}};
  for (const LabelAgreement& label : agreement.labels) {
    table.rows_html.push_back({escape(label.label), agreed(label.rank_correlation),
                               agreed(label.difference), number(label.first_mean),
                               number(label.second_mean)});
  }
  table.rows_html.push_back({"all", "", agreed(agreement.mean_difference), "", ""});
  std::string html = to_html(table) + "<p>" + std::to_string(agreement.films) +
                     " test films, intervals over " + escape(to_string(agreement.over)) + ".";
  if (agreement.same_highest) {
    html += " The highest label is the same in " + number(agreement.same_highest->value) + " (" +
            range(agreement.same_highest->interval) + ") of them.";
  }
  if (!std::isfinite(agreement.mean_difference.value)) {
    html +=
        " Its scores are of another kind than the teacher's, shares of all labels: their "
        "differences say nothing.";
  }
  return html + "</p>\n";
}

std::string agreement_section(const RunReport& report) {
  if (report.agreements.empty()) return "";
  std::string html =
      "<section><h2>Agreement with the teacher</h2>\n<p>How far each network says what its teacher "
      "says of films that it did not learn from. How well the teacher itself does is not known "
      "from this.</p>\n";
  for (const auto& [name, agreement] : report.agreements) html += agreement_html(name, agreement);
  return html + "</section>\n";
}

std::string summary_section(const RunReport& report, const std::vector<Measured>& all) {
  std::string html = "<section><h2>Summary</h2>\n";
  if (!all.empty()) {
    html += "<div class=\"beside\">" + summary_table(all) + summary_chart(all) + "</div>\n";
  }
  if (!report.policy.empty()) html += "<p>Policy: " + escape(report.policy) + ".</p>\n";
  if (!all.empty() && !all.front().evaluation.classes) {
    html +=
        "<p>Accuracy is that of image-label pairs. Labels without positives are not in "
        "macro F1.</p>\n";
  }
  return html + json_details("Where this comes from", report.provenance) + "</section>\n";
}

std::string stage_section(const StageReport& stage, std::size_t place,
                          const std::vector<Measured>& all) {
  std::string html = "<section id=\"" + anchor(place) + "\"><h2>" + escape(stage.name) + "</h2>\n" +
                     json_details("Options", stage.options) + curves_html(stage.name, stage.epochs);
  for (const Measured& one : all) {
    html += split_html(one.network, one.split, *one.images, one.evaluation);
  }
  return html + "</section>\n";
}

std::string examples_section(const RunReport& report) {
  if (report.examples.empty()) return "";
  return "<section id=\"examples\"><h2>Examples, right and wrong</h2>\n"
         "<p>Drawn by chance among the right and among the wrong, hence not in the proportion in "
         "which they occur. Scores, and what was called, beside each film.</p>\n" +
         examples_html(report.examples) + "</section>\n";
}

}  // namespace

std::string to_html(const RunReport& report) {
  std::vector<Measured> all;
  std::string stages;
  for (std::size_t i = 0; i < report.stages.size(); ++i) {
    const StageReport& stage = report.stages[i];
    std::vector<Measured> of_stage;
    for (const auto& [split, images] : stage.scored) {
      of_stage.push_back(
          {stage.name, split, &images, evaluate(images, stage.thresholds, {report.subgroups})});
    }
    stages += stage_section(stage, i, of_stage);
    all.insert(all.end(), of_stage.begin(), of_stage.end());
  }
  std::string body;
  if (!report.examples.empty()) {
    body +=
        "<p class=\"notice\">This file contains films. Do not publish or pass it on where the "
        "licence of their dataset forbids it.</p>\n";
  }
  return page(report.title, body + contents(report) + agreement_section(report) +
                                summary_section(report, by_split(all)) + stages +
                                examples_section(report));
}

}  // namespace thoraxlite
