#include "evaluation/evaluation.h"
#include "evaluation/figure_json.h"

namespace thoraxlite {
namespace {

using Json = nlohmann::ordered_json;

Json averages_json(const Averages& averages) {
  return {{"precision", number(averages.precision)},
          {"recall", number(averages.recall)},
          {"f1", number(averages.f1)}};
}

Json classes_json(const std::vector<std::string>& labels, const ClassificationReport& report) {
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

Json finding_json(const std::string& label, const FindingFigures& figures) {
  const Counts& counts = figures.counts;
  return {
      {"label", label},
      {"threshold", number(figures.threshold)},
      {"true_positives", counts.true_positives},
      {"false_negatives", counts.false_negatives},
      {"false_positives", counts.false_positives},
      {"true_negatives", counts.true_negatives},
      {"unknown", figures.unknown},
      {"sensitivity", number(counts.sensitivity())},
      {"sensitivity_95", interval_json(wilson_interval(counts.true_positives, counts.positives()))},
      {"specificity", number(counts.specificity())},
      {"specificity_95", interval_json(wilson_interval(counts.true_negatives, counts.negatives()))},
      {"precision", number(counts.precision())},
      {"precision_95", interval_json(wilson_interval(counts.true_positives, counts.called()))},
      {"f1", number(counts.f1())},
      {"f1_95", interval_json(f1_interval(counts))},
      {"area_under_roc", number(figures.area_under_roc)},
      {"area_under_roc_95", interval_json(figures.area_under_roc_95)},
      {"average_precision", number(figures.average_precision)},
      {"calibration_error", number(figures.calibration_error)}};
}

Json findings_json(const std::vector<std::string>& labels, const FindingsReport& report) {
  Json json = Json::array();
  for (std::size_t i = 0; i < labels.size(); ++i) {
    json.push_back(finding_json(labels[i], report.findings[i]));
  }
  return json;
}

void put(Json& json, const std::string& name, const Figure& figure) {
  json[name] = number(figure.value);
  json[name + "_95"] = interval_json(figure.interval);
}

Json figures_json(const FindingAverages& averages) {
  Json json;
  put(json, "precision", averages.precision);
  put(json, "recall", averages.recall);
  put(json, "f1", averages.f1);
  return json;
}

Json averages_json(const FindingsReport& report) {
  Json json = {{"images", report.images}};
  put(json, "accuracy", report.accuracy);
  json["micro"] = figures_json(report.micro);
  json["macro"] = figures_json(report.macro);
  json["weighted"] = figures_json(report.weighted);
  put(json, "mean_area_under_roc", report.mean_area_under_roc);
  json["mean_average_precision"] = number(report.mean_average_precision);
  json["without_positives"] = report.without_positives;
  return json;
}

}  // namespace

Json to_json(const Evaluation& evaluation) {
  Json json;
  if (evaluation.classes) {
    json["overall"] = classes_json(evaluation.labels, evaluation.classes->overall);
    json["overall"]["macro_f1_95"] = interval_json(evaluation.classes->macro_f1);
    json["overall"]["balanced_accuracy_95"] = interval_json(evaluation.classes->balanced_accuracy);
  }
  json["findings"] = findings_json(evaluation.labels, evaluation.findings);
  json["averages"] = averages_json(evaluation.findings);
  // One of the two a source: a model file carries this in its card and should stay small.
  for (const auto& [source, report] : evaluation.findings_by_source) {
    Json& part = json["by_source"][source];
    if (evaluation.classes) {
      part = classes_json(evaluation.labels, evaluation.classes->by_source.at(source));
    } else {
      part = averages_json(report);
      part["findings"] = findings_json(evaluation.labels, report);
    }
  }
  return json;
}

}  // namespace thoraxlite
