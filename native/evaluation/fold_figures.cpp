#include "evaluation/fold_figures.h"

#include <algorithm>
#include <cmath>
#include <cstdio>
#include <limits>

#include "evaluation/clusters.h"
#include "evaluation/figure_json.h"
#include "evaluation/figures.h"

namespace thoraxlite {
namespace {

using Json = nlohmann::ordered_json;

constexpr const char* kFoldFigures[] = {"accuracy", "macro_recall", "macro_f1",
                                        "mean_area_under_roc", "mean_average_precision"};

std::vector<double> figures_of(const ScoredImages& images) {
  const std::vector<float> unused(images.labels.size(), 0.5f);  // the images have their calls
  std::vector<double> values;
  for (const char* name : kFoldFigures) values.push_back(figure(name, images, unused));
  return values;
}

FoldFigures measure(const std::string& name, const ScoredImages& images) {
  check(images);
  const Clusters clusters = clusters_of(images.patients, images.size());
  FoldFigures fold{name, images.size(), to_string(clusters.units), {}};
  const std::vector<double> values = figures_of(images);
  const std::vector<Interval> intervals = bootstrap_intervals(
      clusters, values.size(),
      [&](const Indices& drawn) { return figures_of(pick(images, {drawn.begin(), drawn.end()})); });
  for (std::size_t i = 0; i < values.size(); ++i) {
    fold.figures.push_back({kFoldFigures[i], values[i], intervals[i]});
  }
  return fold;
}

template <class Values>
void append(Values& all, const Values& more) {
  all.insert(all.end(), more.begin(), more.end());
}

Json fold_json(const FoldFigures& fold) {
  Json json = {{"images", fold.images}, {"intervals_over", fold.units}};
  for (const FoldFigure& figure : fold.figures) {
    json[figure.name] = number(figure.value);
    json[figure.name + "_95"] = interval_json(figure.interval);
  }
  return json;
}

std::string row_text(const FoldFigures& fold) {
  char text[128];
  std::snprintf(text, sizeof text, "%-10s %7zu", fold.name.c_str(), fold.images);
  std::string row = text;
  for (const FoldFigure& figure : fold.figures) {
    if (std::isfinite(figure.value)) {
      std::snprintf(text, sizeof text, "  %.3f %.3f-%.3f", figure.value, figure.interval.low,
                    figure.interval.high);
    } else {
      std::snprintf(text, sizeof text, "  %17s", "-");
    }
    row += text;
  }
  return row + "\n";
}

}  // namespace

ScoredImages all_folds(const std::vector<ScoredImages>& held_out) {
  ScoredImages all = held_out.front();
  for (std::size_t fold = 1; fold < held_out.size(); ++fold) {
    const ScoredImages& images = held_out[fold];
    append(all.scores, images.scores);
    append(all.targets, images.targets);
    append(all.sources, images.sources);
    append(all.patients, images.patients);
    append(all.of_children, images.of_children);
    append(all.logits, images.logits);
    append(all.called, images.called);
    append(all.ages, images.ages);
    append(all.columns, images.columns);
    append(all.names, images.names);
  }
  return all;
}

CrossValidation cross_validate(const std::string& dealt,
                               const std::vector<ScoredImages>& held_out) {
  CrossValidation result;
  result.dealt = dealt;
  for (std::size_t fold = 0; fold < held_out.size(); ++fold) {
    result.folds.push_back(measure("fold " + std::to_string(fold + 1), held_out[fold]));
  }
  result.pooled = measure("all folds", all_folds(held_out));
  for (std::size_t i = 0; i < result.pooled.figures.size(); ++i) {
    FigureSpread spread{result.pooled.figures[i].name, 0, 1, 0};
    for (const FoldFigures& fold : result.folds) {
      const double value = fold.figures[i].value;
      spread.mean += value / static_cast<double>(result.folds.size());
      spread.low = std::min(spread.low, value);
      spread.high = std::max(spread.high, value);
    }
    if (!std::isfinite(spread.mean)) spread.low = spread.high = spread.mean;
    result.spread.push_back(spread);
  }
  return result;
}

Json to_json(const CrossValidation& validation) {
  Json json = {{"dealt", validation.dealt}, {"folds", Json::array()}};
  for (const FoldFigures& fold : validation.folds) json["folds"].push_back(fold_json(fold));
  json["all_folds"] = fold_json(validation.pooled);
  for (const FigureSpread& spread : validation.spread) {
    json["over_folds"][spread.name] = {{"mean", number(spread.mean)},
                                       {"lowest", number(spread.low)},
                                       {"highest", number(spread.high)}};
  }
  return json;
}

std::string to_table(const CrossValidation& validation) {
  char text[128];
  std::snprintf(text, sizeof text, "%-10s %7s", "", "images");
  std::string table = text;
  for (const FoldFigure& figure : validation.pooled.figures) {
    std::snprintf(text, sizeof text, "  %-17.17s", figure.name.c_str());
    table += text;
  }
  table += "\n";
  for (const FoldFigures& fold : validation.folds) table += row_text(fold);
  table += row_text(validation.pooled);
  return table + validation.dealt + "; intervals over " + validation.pooled.units + "\n";
}

}  // namespace thoraxlite
