#include "report/split_section.h"

#include <algorithm>
#include <cmath>
#include <limits>

#include "report/charts.h"
#include "report/html.h"

namespace thoraxlite {
namespace {

constexpr double kNaN = std::numeric_limits<double>::quiet_NaN();

std::string proportion(std::int64_t part, std::int64_t whole, const Interval& interval) {
  if (whole == 0) return number(kNaN);
  return with_range(static_cast<double>(part) / static_cast<double>(whole), interval);
}

std::string cell(const Figure& figure) {
  return with_range(figure.value, figure.interval);
}

std::string confusion_table(const std::string& where, const Evaluation& evaluation) {
  const ClassificationReport& report = evaluation.classes->overall;
  const std::string caption = escape(where + ": confusion matrix, true class by called class");
  std::string html =
      "<div class=\"scroll confusion\" tabindex=\"0\" role=\"region\" aria-label=\"" + caption +
      "\"><table><caption>" + caption + "</caption><thead><tr><th scope=\"col\">true, called</th>";
  for (const auto& label : evaluation.labels) {
    html += "<th scope=\"col\">" + escape(label) + "</th>";
  }
  html += "</tr></thead><tbody>\n";
  for (std::size_t i = 0; i < evaluation.labels.size(); ++i) {
    html += "<tr><th scope=\"row\">" + escape(evaluation.labels[i]) + "</th>";
    const auto support = static_cast<double>(report.classes[i].support);
    for (const auto count : report.confusion[i]) {
      const double share = support > 0 ? static_cast<double>(count) / support : 0;
      html += "<td style=\"--share:" + number(share) + "\">" + std::to_string(count) + "<small>" +
              (support > 0 ? number(100 * share, 1) + "%" : number(kNaN)) + "</small></td>";
    }
    html += "</tr>\n";
  }
  return html + "</tbody></table></div>\n";
}

std::string class_section(const std::string& where, const Evaluation& evaluation) {
  const ClassificationReport& report = evaluation.classes->overall;
  Table table{where + ": classes, an image called by its highest logit",
              {"class", "images", "called", "precision", "recall", "F1"},
              {}};
  for (std::size_t i = 0; i < evaluation.labels.size(); ++i) {
    const ClassFigures& figures = report.classes[i];
    const Counts counts{figures.correct, figures.support - figures.correct,
                        figures.predicted - figures.correct, 0};
    table.rows_html.push_back({escape(evaluation.labels[i]), std::to_string(figures.support),
                               std::to_string(figures.predicted),
                               proportion(figures.correct, figures.predicted, figures.precision_95),
                               proportion(figures.correct, figures.support, figures.recall_95),
                               with_range(counts.f1(), figures.f1_95)});
  }
  const std::string total = std::to_string(report.total);
  table.rows_html.push_back({"macro average", total, total, number(report.macro.precision),
                             with_range(report.macro.recall, report.balanced_accuracy_95),
                             with_range(report.macro.f1, report.macro_f1_95)});
  table.rows_html.push_back({"weighted average", total, total, number(report.weighted.precision),
                             number(report.weighted.recall), number(report.weighted.f1)});
  return "<div class=\"beside\">" + to_html(table) + confusion_table(where, evaluation) +
         "</div>\n<p>Accuracy " + number(report.accuracy, 4) + ", " +
         std::to_string(report.correct) + " of " + total + " images, 95% interval " +
         range(report.accuracy_95) +
         ". The macro average of the recall is the balanced accuracy.</p>\n";
}

std::string findings_table(const std::string& where, const Evaluation& evaluation) {
  Table table{
      where + ": findings, each by itself, called at its threshold",
      {"finding", "with", "without", "unknown", "threshold", "sensitivity (recall)", "specificity",
       "precision", "F1", "AUROC", "AUPRC (average precision)", "Brier score", "calibration error"},
      {}};
  for (std::size_t i = 0; i < evaluation.labels.size(); ++i) {
    const FindingFigures& figures = evaluation.findings.findings[i];
    const Counts& counts = figures.counts;
    table.rows_html.push_back(
        {escape(evaluation.labels[i]), std::to_string(counts.positives()),
         std::to_string(counts.negatives()), std::to_string(figures.unknown),
         number(static_cast<double>(figures.threshold)),
         proportion(counts.true_positives, counts.positives(), figures.sensitivity_95),
         proportion(counts.true_negatives, counts.negatives(), figures.specificity_95),
         proportion(counts.true_positives, counts.called(), figures.precision_95),
         with_range(counts.f1(), figures.f1_95),
         with_range(figures.area_under_roc, figures.area_under_roc_95),
         cell(figures.average_precision), cell(figures.brier_score),
         number(figures.calibration_error)});
  }
  return to_html(table);
}

std::string averages_table(const std::string& where, const FindingsReport& report) {
  Table table{where + ": averages of the findings", {"average", "precision", "recall", "F1"}, {}};
  const auto row = [&](const char* name, const FindingAverages& averages) {
    table.rows_html.push_back(
        {name, cell(averages.precision), cell(averages.recall), cell(averages.f1)});
  };
  row("micro", report.micro);
  row("macro", report.macro);
  row("weighted by positives", report.weighted);
  std::string html =
      to_html(table) + "<p>Accuracy of image-label pairs " + number(report.accuracy.value) + " (" +
      range(report.accuracy.interval) + "), mean AUROC " +
      number(report.mean_area_under_roc.value) + " (" + range(report.mean_area_under_roc.interval) +
      "), mean AUPRC " + number(report.mean_average_precision.value) + " (" +
      range(report.mean_average_precision.interval) + "), mean Brier score " +
      number(report.mean_brier_score.value) + " (" + range(report.mean_brier_score.interval) + ").";
  if (!report.without_positives.empty()) {
    html +=
        " Without positives, hence not in macro and weighted: " + listed(report.without_positives) +
        ".";
  }
  return html + "</p>\n";
}

// A few labels a chart: more lines could not be told apart.
std::string roc_charts(const std::string& where, const ScoredImages& images,
                       const Evaluation& evaluation) {
  constexpr std::size_t kLabelsAChart = 4;
  std::string html;
  for (std::size_t begin = 0; begin < images.labels.size(); begin += kLabelsAChart) {
    LineChart chart;
    const std::size_t end = std::min(images.labels.size(), begin + kLabelsAChart);
    chart.title = where + ": ROC";
    if (images.labels.size() > kLabelsAChart) {
      chart.title += ", " + images.labels[begin] + " to " + images.labels[end - 1];
    }
    chart.description =
        "Sensitivity against 1 - specificity over all thresholds, a line a finding; the areas "
        "stand in the legend and in the table of findings.";
    chart.x = {"1 - specificity", 0, 1, false};
    chart.y = {"sensitivity", 0, 1, false};
    chart.diagonal = true;
    for (std::size_t label = begin; label < end; ++label) {
      const FindingFigures& figures = evaluation.findings.findings[label];
      const double area = figures.area_under_roc;
      const std::string name = std::isnan(area) ? ", no curve: one side has no image"
                                                : ", AUROC " + number(area) + " (" +
                                                      range(figures.area_under_roc_95) + ")";
      Series series{images.labels[label] + name, {}};
      const LabelScores known = label_scores(images, label);
      for (const RocPoint& point : roc_curve(known.ranks, known.present)) {
        series.points.push_back({point.false_positive_rate, point.true_positive_rate});
      }
      chart.series.push_back(series);
    }
    html += to_html(chart);
  }
  return html;
}

std::string reliability_figures(const std::string& where, const ScoredImages& images) {
  std::string html;
  for (std::size_t label = 0; label < images.labels.size(); ++label) {
    const LabelScores known = label_scores(images, label);
    html += reliability_figure(where + ": reliability, " + images.labels[label],
                               reliability(known.scores, known.present));
  }
  return html;
}

std::string source_table(const std::string& where, const Evaluation& evaluation) {
  Table table{where + ": sources", {"source", "images", "intervals over"}, {}};
  if (evaluation.classes) {
    table.head.insert(table.head.end(), {"accuracy", "balanced accuracy"});
  }
  table.head.insert(table.head.end(), {"mean AUROC", "macro F1", "micro F1", "no positives of"});
  for (const auto& [source, report] : evaluation.findings_by_source) {
    std::vector<std::string> row = {escape(source), std::to_string(report.images),
                                    escape(to_string(report.over))};
    if (evaluation.classes) {
      const ClassificationReport& classes = evaluation.classes->by_source.at(source);
      row.insert(row.end(), {proportion(classes.correct, classes.total, classes.accuracy_95),
                             with_range(classes.macro.recall, classes.balanced_accuracy_95)});
    }
    row.insert(row.end(), {cell(report.mean_area_under_roc), cell(report.macro.f1),
                           cell(report.micro.f1), listed(report.without_positives)});
    table.rows_html.push_back(row);
  }
  return to_html(table);
}

// A table of each column: the groups, then of each its findings.
std::string subgroup_tables(const std::string& where, const Evaluation& evaluation) {
  std::string html;
  const auto& groups = evaluation.subgroups;
  for (std::size_t begin = 0, end = 0; begin < groups.size(); begin = end) {
    const std::string& column = groups[begin].column;
    Table table{where + ": subgroups by " + column, {column, "images", "intervals over"}, {}};
    if (evaluation.classes) {
      table.head.insert(table.head.end(), {"accuracy", "balanced accuracy"});
    }
    table.head.insert(table.head.end(), {"mean AUROC", "macro F1", "no positives of"});
    Table findings{where + ": findings by " + column,
                   {column + ", finding", "with", "without", "sensitivity (recall)", "specificity",
                    "AUROC", "AUPRC (average precision)", "Brier score"},
                   {}};
    for (; end < groups.size() && groups[end].column == column; ++end) {
      const SubgroupEvaluation& group = groups[end];
      const FindingsReport& report = group.findings;
      std::vector<std::string> row = {escape(group.value), std::to_string(report.images),
                                      escape(to_string(report.over))};
      if (group.classes) {
        row.push_back(
            proportion(group.classes->correct, group.classes->total, group.classes->accuracy_95));
        row.push_back(with_range(group.classes->macro.recall, group.classes->balanced_accuracy_95));
      }
      row.insert(row.end(), {cell(report.mean_area_under_roc), cell(report.macro.f1),
                             listed(report.without_positives)});
      table.rows_html.push_back(row);
      for (std::size_t i = 0; i < evaluation.labels.size(); ++i) {
        const FindingFigures& figures = report.findings[i];
        const Counts& counts = figures.counts;
        findings.rows_html.push_back(
            {escape(group.value + ", " + evaluation.labels[i]), std::to_string(counts.positives()),
             std::to_string(counts.negatives()),
             proportion(counts.true_positives, counts.positives(), figures.sensitivity_95),
             proportion(counts.true_negatives, counts.negatives(), figures.specificity_95),
             with_range(figures.area_under_roc, figures.area_under_roc_95),
             cell(figures.average_precision), cell(figures.brier_score)});
      }
    }
    html += to_html(table) + details("Findings by " + column, to_html(findings));
  }
  return html;
}

}  // namespace

std::string split_html(const std::string& network, const std::string& split,
                       const ScoredImages& images, const Evaluation& evaluation) {
  const std::string where = network + ", " + split;
  std::string html = "<h3>" + escape(where) + ": " + std::to_string(images.size()) +
                     " images</h3>\n" + "<p>95% intervals over " +
                     escape(to_string(evaluation.findings.over)) + ".</p>\n";
  if (evaluation.classes) html += class_section(where, evaluation);
  html += findings_table(where, evaluation) + averages_table(where, evaluation.findings) +
          "<div class=\"charts\">\n" + roc_charts(where, images, evaluation) +
          reliability_figures(where, images) + "</div>\n";
  return html + source_table(where, evaluation) + subgroup_tables(where, evaluation);
}

}  // namespace thoraxlite
