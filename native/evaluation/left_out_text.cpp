#include <algorithm>
#include <cmath>
#include <cstdio>

#include "evaluation/figure_json.h"
#include "evaluation/left_out_figures.h"
#include "screen/terminal_text.h"

namespace thoraxlite {
namespace {

using Json = nlohmann::ordered_json;

template <class... Values>
std::string print(const char* format, Values... values) {
  char text[128];
  std::snprintf(text, sizeof text, format, values...);
  return text;
}

// Columns are as wide as the longest text of theirs; the first ends on the right side, as names do.
std::string columns(const std::vector<std::vector<std::string>>& rows) {
  std::vector<std::size_t> widths(rows.front().size(), 0);
  for (const auto& row : rows) {
    for (std::size_t i = 0; i < row.size(); ++i) widths[i] = std::max(widths[i], row[i].size());
  }
  std::string table;
  for (const auto& row : rows) {
    for (std::size_t i = 0; i < row.size(); ++i) {
      const std::string gap = i + 1 == row.size() ? "\n" : "  ";
      const std::size_t width = i + 1 == row.size() ? row[i].size() : widths[i];
      table += row[i] + std::string(width - row[i].size(), ' ') + gap;
    }
  }
  return table;
}

std::string text_of(double value, const Interval& interval) {
  if (!std::isfinite(value)) return "-";
  if (!std::isfinite(interval.low)) return print("%.3f", value);
  return print("%.3f %.3f-%.3f", value, interval.low, interval.high);
}

std::string text_of(const HospitalMean& mean) {
  return mean.hospitals == 0 ? "-" : print("%.3f of %d", mean.mean, mean.hospitals);
}

std::string text_of(const ClassRecall& one) {
  return one.label +
         print(" %.3f (%lld of %lld", one.recall, static_cast<long long>(one.correct),
               static_cast<long long>(one.images)) +
         (one.counts ? ")" : ", too few)");
}

std::vector<std::string> row_of(const HospitalFigures& figures) {
  std::string recalls;
  for (const ClassRecall& one : figures.classes) {
    recalls += (recalls.empty() ? "" : ", ") + text_of(one);
  }
  return {printable(figures.name), std::to_string(figures.images),
          text_of(figures.area_under_roc, figures.area_under_roc_95),
          text_of(figures.mean_recall, figures.mean_recall_95), printable(recalls)};
}

Json class_json(const ClassRecall& one) {
  return {{"films", one.images},
          {"correct", one.correct},
          {"recall", number(one.recall)},
          {"recall_95", interval_json(one.recall_95)},
          {"counts_in_mean", one.counts}};
}

Json hospital_json(const HospitalFigures& figures) {
  Json classes = Json::object();
  for (const ClassRecall& one : figures.classes) classes[one.label] = class_json(one);
  return {{"films", figures.images},
          {"intervals_over", units_json(figures.over)},
          {"area_under_roc", number(figures.area_under_roc)},
          {"area_under_roc_95", interval_json(figures.area_under_roc_95)},
          {"mean_recall", number(figures.mean_recall)},
          {"mean_recall_95", interval_json(figures.mean_recall_95)},
          {"classes", classes}};
}

Json mean_json(const HospitalMean& mean) {
  return {{"mean", number(mean.mean)}, {"hospitals", mean.hospitals}};
}

}  // namespace

Json to_json(const LeftOutFigures& figures) {
  Json json = {{"selection_figure", mean_json(figures.selection)},
               {"area_under_roc", mean_json(figures.area_under_roc)},
               {"mean_recall", mean_json(figures.mean_recall)},
               {"hospitals", Json::object()}};
  for (const HospitalFigures& hospital : figures.hospitals) {
    Json one = hospital_json(hospital);
    one["selection_figure"] = number(selection_figure(hospital));
    json["hospitals"][hospital.name] = one;
  }
  json["pooled"] = hospital_json(figures.pooled);
  return json;
}

std::string to_table(const LeftOutFigures& figures) {
  std::vector<std::vector<std::string>> rows = {
      {"left out", "films", "AUROC", "mean recall", "recall of each class"}};
  for (const HospitalFigures& hospital : figures.hospitals) rows.push_back(row_of(hospital));
  rows.push_back(row_of(figures.pooled));
  return columns(rows) + "intervals over " + to_string(figures.pooled.over) + "\n";
}

std::string to_table(const std::vector<SettingFigures>& settings) {
  std::vector<std::vector<std::string>> rows = {{"setting", "selection figure", "mean AUROC",
                                                 "mean of mean recalls", "pooled AUROC",
                                                 "pooled mean recall"}};
  std::string tables;
  for (const SettingFigures& setting : settings) {
    if (!setting.diverged.empty()) {
      rows.push_back({setting.name, "-", "-", "-", "-", "-"});
      tables += "\n" + setting.name + ": " + printable(setting.diverged) + "\n";
      continue;
    }
    const LeftOutFigures& of = setting.left_out;
    rows.push_back({setting.name, text_of(of.selection), text_of(of.area_under_roc),
                    text_of(of.mean_recall),
                    text_of(of.pooled.area_under_roc, of.pooled.area_under_roc_95),
                    text_of(of.pooled.mean_recall, of.pooled.mean_recall_95)});
    tables += "\n" + setting.name + "\n" + to_table(of);
  }
  const std::size_t best = chosen(settings);
  return columns(rows) + "chosen: " +
         (best < settings.size() ? settings[best].name : "none, as none has a selection figure") +
         "\nselection figure: " + kLeftOutSelection +
         ". Means over so few hospitals have no interval. A pooled AUROC compares scores of "
         "different networks, each calibrated by its own validation films.\n" +
         tables;
}

}  // namespace thoraxlite
