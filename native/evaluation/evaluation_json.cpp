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
               {"accuracy_95", interval_json(report.accuracy_95)},
               {"balanced_accuracy", number(report.macro.recall)},
               {"balanced_accuracy_95", interval_json(report.balanced_accuracy_95)},
               {"macro_f1_95", interval_json(report.macro_f1_95)},
               {"macro", averages_json(report.macro)},
               {"weighted", averages_json(report.weighted)},
               {"confusion", report.confusion}};
  for (std::size_t i = 0; i < labels.size(); ++i) {
    const ClassFigures& figures = report.classes[i];
    json["classes"].push_back({{"label", labels[i]},
                               {"support", figures.support},
                               {"predicted", figures.predicted},
                               {"correct", figures.correct},
                               {"precision", number(figures.precision)},
                               {"precision_95", interval_json(figures.precision_95)},
                               {"recall", number(figures.recall)},
                               {"recall_95", interval_json(figures.recall_95)},
                               {"f1", number(figures.f1)},
                               {"f1_95", interval_json(figures.f1_95)}});
  }
  return json;
}

Json finding_json(const std::string& label, const FindingFigures& figures) {
  const Counts& counts = figures.counts;
  return {{"label", label},
          {"threshold", number(figures.threshold)},
          {"true_positives", counts.true_positives},
          {"false_negatives", counts.false_negatives},
          {"false_positives", counts.false_positives},
          {"true_negatives", counts.true_negatives},
          {"unknown", figures.unknown},
          {"sensitivity", number(counts.sensitivity())},
          {"sensitivity_95", interval_json(figures.sensitivity_95)},
          {"specificity", number(counts.specificity())},
          {"specificity_95", interval_json(figures.specificity_95)},
          {"precision", number(counts.precision())},
          {"precision_95", interval_json(figures.precision_95)},
          {"f1", number(counts.f1())},
          {"f1_95", interval_json(figures.f1_95)},
          {"area_under_roc", number(figures.area_under_roc)},
          {"area_under_roc_95", interval_json(figures.area_under_roc_95)},
          {"average_precision", number(figures.average_precision.value)},
          {"average_precision_95", interval_json(figures.average_precision.interval)},
          {"brier_score", number(figures.brier_score.value)},
          {"brier_score_95", interval_json(figures.brier_score.interval)},
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
  Json json = {{"images", report.images}, {"intervals_over", units_json(report.over)}};
  put(json, "accuracy", report.accuracy);
  json["micro"] = figures_json(report.micro);
  json["macro"] = figures_json(report.macro);
  json["weighted"] = figures_json(report.weighted);
  put(json, "mean_area_under_roc", report.mean_area_under_roc);
  put(json, "mean_average_precision", report.mean_average_precision);
  put(json, "mean_brier_score", report.mean_brier_score);
  json["without_positives"] = report.without_positives;
  return json;
}

}  // namespace

Json to_json(const Evaluation& evaluation) {
  Json json = {{"intervals_over", units_json(evaluation.findings.over)}};
  if (evaluation.classes) {
    json["overall"] = classes_json(evaluation.labels, evaluation.classes->overall);
  }
  json["findings"] = findings_json(evaluation.labels, evaluation.findings);
  json["averages"] = averages_json(evaluation.findings);
  // One of the two a source: a model file carries this in its card and should stay small.
  for (const auto& [source, report] : evaluation.findings_by_source) {
    Json& part = json["by_source"][source];
    if (evaluation.classes) {
      part = classes_json(evaluation.labels, evaluation.classes->by_source.at(source));
      part["intervals_over"] = units_json(report.over);
    } else {
      part = averages_json(report);
      part["findings"] = findings_json(evaluation.labels, report);
    }
  }
  for (const SubgroupEvaluation& group : evaluation.subgroups) {
    Json part = {{"value", group.value}};
    part.update(averages_json(group.findings));
    if (group.classes) part["overall"] = classes_json(evaluation.labels, *group.classes);
    part["findings"] = findings_json(evaluation.labels, group.findings);
    json["subgroups"][group.column].push_back(part);
  }
  return json;
}

}  // namespace thoraxlite
