#include <algorithm>
#include <cmath>
#include <cstdio>

#include "evaluation/evaluation.h"
#include "screen/terminal_text.h"

namespace thoraxlite {
namespace {

using Labels = std::vector<std::string>;

template <class... Values>
std::string print(const char* format, Values... values) {
  char text[512];
  std::snprintf(text, sizeof text, format, values...);
  return text;
}

std::string number(double value) {
  return std::isnan(value) ? "-" : print("%.3f", value);
}

std::string range(const Interval& interval) {
  if (std::isnan(interval.low)) return "-";
  return print("%.3f-%.3f", interval.low, interval.high);
}

// Names may be longer than a row of print() holds.
std::string padded(std::string name, std::size_t width) {
  name = printable(std::move(name));
  name.resize(std::max(width, name.size()), ' ');
  return name + ' ';
}

// The interval of a figure, where the images define it.
std::string defined(double value, const Interval& interval) {
  return std::isnan(value) ? "-" : range(interval);
}

std::string class_table(const Labels& labels, const ClassificationReport& report) {
  std::string text = print("%-14s %9s %-12s %7s %-12s %7s %8s\n", "", "precision", " 95 %",
                           "recall", " 95 %", "F1", "support");
  for (std::size_t i = 0; i < labels.size(); ++i) {
    const ClassFigures& f = report.classes[i];
    if (f.support == 0 && f.predicted == 0) continue;
    text += padded(labels[i], 14) + print("%9.3f %-12s %7.3f %-12s %7.3f %8lld\n", f.precision,
                                          range(f.precision_95).c_str(), f.recall,
                                          range(f.recall_95).c_str(), f.f1,
                                          static_cast<long long>(f.support));
  }
  const auto averages = [&](const char* name, const Averages& a) {
    return print("%-14s %9.3f %-12s %7.3f %-12s %7.3f %8lld\n", name, a.precision, "", a.recall, "",
                 a.f1, static_cast<long long>(report.total));
  };
  text += averages("macro", report.macro) + averages("weighted", report.weighted);
  text += print("accuracy %.4f (%lld of %lld), 95 %% %s\n", report.accuracy,
                static_cast<long long>(report.correct), static_cast<long long>(report.total),
                range(report.accuracy_95).c_str());
  return text;
}

std::string confusion_table(const Labels& labels, const ClassificationReport& report) {
  std::string text = print("%-14s", "true \\ called");
  for (const auto& name : labels) {
    const std::string label = printable(name);
    text += std::string(1 + (label.size() < 10 ? 10 - label.size() : 0), ' ') + label;
  }
  text += "\n";
  for (std::size_t i = 0; i < labels.size(); ++i) {
    text += padded(labels[i], 13);
    for (const auto count : report.confusion[i]) {
      text += print(" %10lld", static_cast<long long>(count));
    }
    text += "\n";
  }
  return text;
}

std::string findings_table(const Labels& labels, const FindingsReport& report) {
  std::string text = print(
      "%-18s %9s %5s %7s %11s %-12s %11s %-12s %9s %6s %-12s %6s %-12s %6s %-12s %6s %-12s %6s\n",
      "finding", "threshold", "with", "without", "sensitivity", " 95 %", "specificity", " 95 %",
      "precision", "F1", " 95 %", "AUROC", " 95 %", "AUPRC", " 95 %", "Brier", " 95 %", "ECE");
  for (std::size_t i = 0; i < labels.size(); ++i) {
    const FindingFigures& f = report.findings[i];
    text +=
        padded(labels[i], 18) +
        print(
            "%9s %5lld %7lld %11s %-12s %11s %-12s %9s %6s %-12s %6s %-12s %6s %-12s %6s %-12s "
            "%6s\n",
            number(static_cast<double>(f.threshold)).c_str(),
            static_cast<long long>(f.counts.positives()),
            static_cast<long long>(f.counts.negatives()), number(f.counts.sensitivity()).c_str(),
            defined(f.counts.sensitivity(), f.sensitivity_95).c_str(),
            number(f.counts.specificity()).c_str(),
            defined(f.counts.specificity(), f.specificity_95).c_str(),
            number(f.counts.precision()).c_str(), number(f.counts.f1()).c_str(),
            defined(f.counts.f1(), f.f1_95).c_str(), number(f.area_under_roc).c_str(),
            range(f.area_under_roc_95).c_str(), number(f.average_precision.value).c_str(),
            range(f.average_precision.interval).c_str(), number(f.brier_score.value).c_str(),
            range(f.brier_score.interval).c_str(), number(f.calibration_error).c_str());
  }
  return text;
}

std::string averages_table(const FindingsReport& report) {
  const auto cell = [](const Figure& figure) {
    return print("%9s %-12s", number(figure.value).c_str(), range(figure.interval).c_str());
  };
  std::string text = print("%-18s %9s %-12s %9s %-12s %9s %-12s\n", "average of findings",
                           "precision", " 95 %", "recall", " 95 %", "F1", " 95 %");
  const auto row = [&](const char* name, const FindingAverages& averages) {
    text += print("%-19s", name) + cell(averages.precision) + " " + cell(averages.recall) + " " +
            cell(averages.f1) + "\n";
  };
  row("micro", report.micro);
  row("macro", report.macro);
  row("weighted", report.weighted);
  text += "accuracy" + cell(report.accuracy) + " of all image-label pairs\n";
  text += "mean AUROC" + cell(report.mean_area_under_roc) + "\nmean AUPRC" +
          cell(report.mean_average_precision) + "\nmean Brier" + cell(report.mean_brier_score) +
          "\n";
  if (!report.without_positives.empty()) {
    text += "without positives, hence not in macro and weighted:";
    for (const auto& label : report.without_positives) text += " '" + printable(label) + "'";
    text += "\n";
  }
  return text;
}

std::string class_averages(const ClassificationReport& report) {
  return "balanced accuracy " + print("%.4f", report.macro.recall) + ", 95 % " +
         range(report.balanced_accuracy_95) + "; macro F1 95 % " + range(report.macro_f1_95) + "\n";
}

std::string over(const FindingsReport& report) {
  return "95 % intervals over " + to_string(report.over) + "\n";
}

}  // namespace

std::string to_table(const Evaluation& evaluation) {
  std::string text;
  if (const auto& classes = evaluation.classes) {
    text += class_table(evaluation.labels, classes->overall) + class_averages(classes->overall) +
            "\n" + confusion_table(evaluation.labels, classes->overall) + "\n";
  }
  text += findings_table(evaluation.labels, evaluation.findings) + "\n" +
          averages_table(evaluation.findings) + over(evaluation.findings);
  for (const auto& [source, report] : evaluation.findings_by_source) {
    text += "\nsource " + printable(source) + ": " + std::to_string(report.images) + " images; " +
            over(report);
    if (evaluation.classes) {
      text += class_table(evaluation.labels, evaluation.classes->by_source.at(source)) + "\n";
    }
    text += findings_table(evaluation.labels, report);
  }
  for (const SubgroupEvaluation& group : evaluation.subgroups) {
    text += "\n" + printable(group.column) + " " + printable(group.value) + ": " +
            std::to_string(group.findings.images) + " images; " + over(group.findings);
    if (group.classes) {
      text +=
          class_table(evaluation.labels, *group.classes) + class_averages(*group.classes) + "\n";
    }
    text += findings_table(evaluation.labels, group.findings) + averages_table(group.findings);
  }
  return text;
}

}  // namespace thoraxlite
