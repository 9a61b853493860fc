#include <algorithm>
#include <cstdio>

#include "evaluation/ablation.h"
#include "evaluation/figure_json.h"

namespace thoraxlite {
namespace {

using Json = nlohmann::ordered_json;

Json mean_json(const SeedMean& mean) {
  return {{"runs", mean.runs},
          {"mean", number(mean.mean)},
          {"deviation", number(mean.deviation)},
          {"mean_95", interval_json(mean.interval)}};
}

template <class... Values>
std::string print(const char* format, Values... values) {
  char text[256];
  std::snprintf(text, sizeof text, format, values...);
  return text;
}

std::string range(const Interval& interval, const char* format) {
  return std::isnan(interval.low) ? "-" : print(format, interval.low, interval.high);
}

// The differences are of the same test images, save those that have no such interval.
std::string over(const Ablation& ablation) {
  for (const Difference& one : ablation.differences) {
    if (!std::isnan(one.over_images.low)) return to_string(one.over);
  }
  return "images";
}

// Names may be long; columns are as wide as the longest.
std::string padded(std::string text, std::size_t width) {
  text.resize(std::max(width, text.size()), ' ');
  return text + "  ";
}

}  // namespace

Json to_json(const Ablation& ablation) {
  Json json;
  if (!ablation.policy.empty()) json["policy"] = ablation.policy;
  if (!ablation.not_run.empty()) json["not_run"] = ablation.not_run;
  json["rows"] = Json::array();
  json["differences"] = Json::array();
  for (const AblationRow& row : ablation.rows) {
    Json figures;
    for (const auto& [name, mean] : row.figures) figures[name] = mean_json(mean);
    json["rows"].push_back({{"row", row.name}, {"seeds", row.seeds}, {"figures", figures}});
  }
  for (const Difference& difference : ablation.differences) {
    Json entry = {
        {"first", difference.first}, {"second", difference.second}, {"figure", difference.figure}};
    entry.update(mean_json(difference.over_seeds));
    entry["over_images_95"] = interval_json(difference.over_images);
    entry["over_images"] = units_json(difference.over);
    json["differences"].push_back(entry);
  }
  return json;
}

std::string to_table(const Ablation& ablation) {
  std::size_t width = 3, figure_width = 6, pair_width = 10;
  for (const AblationRow& row : ablation.rows) {
    width = std::max(width, row.name.size());
    for (const auto& [name, mean] : row.figures) figure_width = std::max(figure_width, name.size());
  }
  std::string text =
      padded("row", width) + padded("figure", figure_width) + "runs    mean  95 % over seeds\n";
  for (const AblationRow& row : ablation.rows) {
    for (const auto& [name, mean] : row.figures) {
      text += padded(row.name, width) + padded(name, figure_width) +
              print("%4d  %6s  ", mean.runs,
                    std::isnan(mean.mean) ? "-" : print("%.4f", mean.mean).c_str()) +
              range(mean.interval, "%.4f-%.4f") + "\n";
    }
  }
  if (!ablation.policy.empty()) text += "Policy: " + ablation.policy + ".\n";
  for (const std::string& run : ablation.not_run) text += "Not run yet: " + run + ".\n";
  if (ablation.differences.empty()) return text;
  for (const Difference& one : ablation.differences) {
    pair_width = std::max(pair_width, one.first.size() + one.second.size() + 3);
  }
  text += "\n" + padded("difference", pair_width) + padded("figure", figure_width) +
          "runs     mean  95 % over seeds       95 % over " + over(ablation) + "\n";
  for (const Difference& one : ablation.differences) {
    text +=
        padded(one.first + " - " + one.second, pair_width) + padded(one.figure, figure_width) +
        print("%4d  %7s  %-20s  %s\n", one.over_seeds.runs,
              std::isnan(one.over_seeds.mean) ? "-" : print("%+.4f", one.over_seeds.mean).c_str(),
              range(one.over_seeds.interval, "%+.4f to %+.4f").c_str(),
              range(one.over_images, "%+.4f to %+.4f").c_str());
  }
  return text;
}

}  // namespace thoraxlite
