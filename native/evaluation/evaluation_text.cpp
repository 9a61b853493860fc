#include <cmath>
#include <cstdio>

#include "evaluation/evaluation.h"

namespace thoraxlite {
namespace {

using Json = nlohmann::ordered_json;

// Four decimals: more than the counts support, fewer than would differ between machines.
Json number(double value) {
  if (!std::isfinite(value)) return nullptr;
  return std::round(value * 1e4) / 1e4;
}

Json interval_json(const Interval& interval) {
  return Json::array({number(interval.low), number(interval.high)});
}

Json averages_json(const Averages& averages) {
  return {{"precision", number(averages.precision)},
          {"recall", number(averages.recall)},
          {"f1", number(averages.f1)}};
}

Json report_json(const std::vector<std::string>& labels, const ClassificationReport& report) {
  Json json = {{"images", report.total},
               {"correct", report.correct},
               {"accuracy", number(report.accuracy)},
               {"accuracy_95", interval_json(wilson_interval(report.correct, report.total))},
               {"balanced_accuracy", number(report.macro.recall)},
               {"macro", averages_json(report.macro)},
               {"weighted", averages_json(report.weighted)},
               {"confusion", report.confusion}};
  for (std::size_t i = 0; i < labels.size(); ++i) {
    const ClassFigures& figures = report.classes[i];
    json["classes"].push_back(
        {{"label", labels[i]},
         {"support", figures.support},
         {"predicted", figures.predicted},
         {"correct", figures.correct},
         {"precision", number(figures.precision)},
         {"precision_95", interval_json(wilson_interval(figures.correct, figures.predicted))},
         {"recall", number(figures.recall)},
         {"recall_95", interval_json(wilson_interval(figures.correct, figures.support))},
         {"f1", number(figures.f1)}});
  }
  return json;
}

template <class... Values>
std::string print(const char* format, Values... values) {
  char text[256];
  std::snprintf(text, sizeof text, format, values...);
  return text;
}

std::string range(const Interval& interval) {
  return print("%.3f-%.3f", interval.low, interval.high);
}

std::string report_table(const std::vector<std::string>& labels,
                         const ClassificationReport& report) {
  std::string text = print("%-14s %9s %-12s %7s %-12s %7s %8s\n", "", "precision", " 95 %",
                           "recall", " 95 %", "F1", "support");
  for (std::size_t i = 0; i < labels.size(); ++i) {
    const ClassFigures& f = report.classes[i];
    if (f.support == 0 && f.predicted == 0) continue;
    text += print("%-14s %9.3f %-12s %7.3f %-12s %7.3f %8lld\n", labels[i].c_str(), f.precision,
                  range(wilson_interval(f.correct, f.predicted)).c_str(), f.recall,
                  range(wilson_interval(f.correct, f.support)).c_str(), f.f1,
                  static_cast<long long>(f.support));
  }
  const auto averages = [&](const char* name, const Averages& a) {
    return print("%-14s %9.3f %-12s %7.3f %-12s %7.3f %8lld\n", name, a.precision, "", a.recall, "",
                 a.f1, static_cast<long long>(report.total));
  };
  text += averages("macro", report.macro) + averages("weighted", report.weighted);
  text += print("accuracy %.4f (%lld of %lld), 95 %% %s\n", report.accuracy,
                static_cast<long long>(report.correct), static_cast<long long>(report.total),
                range(wilson_interval(report.correct, report.total)).c_str());
  return text;
}

std::string confusion_table(const std::vector<std::string>& labels,
                            const ClassificationReport& report) {
  std::string text = print("%-14s", "true \\ called");
  for (const auto& label : labels) text += print(" %10s", label.c_str());
  text += "\n";
  for (std::size_t i = 0; i < labels.size(); ++i) {
    text += print("%-14s", labels[i].c_str());
    for (const auto count : report.confusion[i]) {
      text += print(" %10lld", static_cast<long long>(count));
    }
    text += "\n";
  }
  return text;
}

}  // namespace

Json to_json(const Evaluation& evaluation) {
  Json json = {{"overall", report_json(evaluation.labels, evaluation.overall)}};
  json["overall"]["macro_f1_95"] = interval_json(evaluation.macro_f1);
  json["overall"]["balanced_accuracy_95"] = interval_json(evaluation.balanced_accuracy);
  for (std::size_t i = 0; i < evaluation.labels.size(); ++i) {
    const FindingFigures& figures = evaluation.findings[i];
    const Counts& counts = figures.counts;
    json["findings"].push_back(
        {{"label", evaluation.labels[i]},
         {"threshold", number(figures.threshold)},
         {"true_positives", counts.true_positives},
         {"false_negatives", counts.false_negatives},
         {"false_positives", counts.false_positives},
         {"true_negatives", counts.true_negatives},
         {"sensitivity", number(counts.sensitivity())},
         {"sensitivity_95",
          interval_json(wilson_interval(counts.true_positives,
                                        counts.true_positives + counts.false_negatives))},
         {"specificity", number(counts.specificity())},
         {"specificity_95",
          interval_json(wilson_interval(counts.true_negatives,
                                        counts.true_negatives + counts.false_positives))},
         {"area_under_roc", number(figures.area_under_roc)},
         {"calibration_error", number(figures.calibration_error)}});
  }
  for (const auto& [source, report] : evaluation.by_source) {
    json["by_source"][source] = report_json(evaluation.labels, report);
  }
  return json;
}

std::string to_table(const Evaluation& evaluation) {
  std::string text = report_table(evaluation.labels, evaluation.overall);
  text += "balanced accuracy " + print("%.4f", evaluation.overall.macro.recall) + ", 95 % " +
          range(evaluation.balanced_accuracy) + "; macro F1 95 % " + range(evaluation.macro_f1) +
          "\n\n" + confusion_table(evaluation.labels, evaluation.overall) + "\n";
  text += print("%-14s %9s %11s %11s %7s %7s\n", "operating at", "threshold", "sensitivity",
                "specificity", "AUROC", "ECE");
  for (std::size_t i = 0; i < evaluation.labels.size(); ++i) {
    const FindingFigures& f = evaluation.findings[i];
    text += print("%-14s %9.3f %11.3f %11.3f %7.3f %7.3f\n", evaluation.labels[i].c_str(),
                  static_cast<double>(f.threshold), f.counts.sensitivity(), f.counts.specificity(),
                  f.area_under_roc, f.calibration_error);
  }
  for (const auto& [source, report] : evaluation.by_source) {
    text += "\nsource " + source + "\n" + report_table(evaluation.labels, report);
  }
  return text;
}

}  // namespace thoraxlite
