#include "audit/audit_json.h"

#include "evaluation/figure_json.h"

namespace thoraxlite {
namespace {

using Json = nlohmann::ordered_json;

void put_figure(Json& json, const std::string& name, const Figure& figure) {
  json[name] = number(figure.value);
  json[name + "_95"] = interval_json(figure.interval);
}

Json dealt_json(const Dealt& dealt) {
  return {{"mean", number(dealt.mean)}, {"high", number(dealt.high)}, {"p", number(dealt.p)}};
}

}  // namespace

Json to_json(const AlteredFigures& figures) {
  Json json = {{"images", figures.images}, {"intervals_over", units_json(figures.over)}};
  put_figure(json, "accuracy", figures.accuracy);
  put_figure(json, "balanced_accuracy", figures.balanced_accuracy);
  put_figure(json, "mean_area_under_roc", figures.mean_area_under_roc);
  put_figure(json, "change", figures.change);
  put_figure(json, "calls_changed", figures.calls_changed);
  put_figure(json, "score_change", figures.score_change);
  put_figure(json, "refused", figures.refused);
  return json;
}

Json to_json(const SourceProbe& probe) {
  if (probe.sources.empty()) return nullptr;
  const ClassificationReport& report = probe.report;
  Json json = {{"sources", probe.sources},
               {"too_small", probe.too_small},
               {"training_films", probe.training_films},
               {"test_films", report.total},
               {"intervals_over", units_json(probe.over)},
               {"accuracy", number(report.accuracy)},
               {"accuracy_95", interval_json(report.accuracy_95)},
               {"largest_share", number(probe.largest_share)},
               {"balanced_accuracy", number(report.macro.recall)},
               {"balanced_accuracy_95", interval_json(report.balanced_accuracy_95)},
               {"chance", number(1 / static_cast<double>(probe.sources.size()))},
               {"dealt_among_all", dealt_json(probe.among_all)},
               {"dealt_among_same_label", dealt_json(probe.among_same_label)},
               {"confusion", report.confusion}};
  for (std::size_t i = 0; i < probe.sources.size(); ++i) {
    json["told"].push_back({{"source", probe.sources[i]},
                            {"films", report.classes[i].support},
                            {"correct", report.classes[i].correct},
                            {"recall", number(report.classes[i].recall)},
                            {"recall_95", interval_json(report.classes[i].recall_95)}});
  }
  return json;
}

Json to_json(const std::string& label, const EqualCountCalibration& calibration) {
  Json json = {{"label", label}, {"images", calibration.images}};
  put_figure(json, "error", calibration.error);
  json["mean_if_calibrated"] = number(calibration.mean_if_calibrated);
  json["high_if_calibrated"] = number(calibration.high_if_calibrated);
  json["bins"] = Json::array();
  for (const EqualCountBin& bin : calibration.bins) {
    const auto images = static_cast<double>(bin.images);
    json["bins"].push_back({{"images", bin.images},
                            {"mean_score", number(bin.score_sum / images)},
                            {"rate", number(static_cast<double>(bin.present) / images)}});
  }
  return json;
}

Json to_json(const AlterationKind& kind, const std::vector<AlteredFigures>& figures) {
  Json json = {{"kind", kind.name},
               {"strength", kind.strength},
               {"none", kind.none},
               {"small_steps", kind.has_small_steps},
               {"points", Json::array()}};
  for (std::size_t i = 0; i < figures.size(); ++i) {
    Json point = {{"strength", kind.strengths[i]}};
    point.update(to_json(figures[i]));
    json["points"].push_back(point);
  }
  return json;
}

Json to_json(BlockOut part, const AlteredFigures& figures, double chance) {
  Json json = {{"part", to_string(part)}, {"done", in_words(part)}, {"chance", number(chance)}};
  json.update(to_json(figures));
  return json;
}

}  // namespace thoraxlite
