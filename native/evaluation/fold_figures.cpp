#include "evaluation/fold_figures.h"

#include <algorithm>
#include <cmath>
#include <cstdio>
#include <utility>

#include "evaluation/evaluation.h"
#include "evaluation/figure_json.h"

namespace thoraxlite {
namespace {

using Json = nlohmann::ordered_json;

FoldFigures measure(const std::string& name, const ScoredImages& images) {
  const Evaluation evaluation = evaluate(images, {});  // the images have their calls
  const FindingsReport& findings = evaluation.findings;
  Figure accuracy = findings.accuracy, recall = findings.macro.recall, f1 = findings.macro.f1;
  if (evaluation.classes) {
    const ClassificationReport& classes = evaluation.classes->overall;
    accuracy = {classes.accuracy, classes.accuracy_95};
    recall = {classes.macro.recall, classes.balanced_accuracy_95};
    f1 = {classes.macro.f1, classes.macro_f1_95};
  }
  FoldFigures fold{name, images.size(), findings.over, {}};
  for (const auto& [figure, of] :
       {std::pair("accuracy", accuracy), std::pair("macro_recall", recall),
        std::pair("macro_f1", f1), std::pair("mean_area_under_roc", findings.mean_area_under_roc),
        std::pair("mean_average_precision", findings.mean_average_precision)}) {
    fold.figures.push_back({figure, of.value, of.interval});
  }
  return fold;
}

Json fold_json(const FoldFigures& fold) {
  Json json = {{"images", fold.images}, {"intervals_over", units_json(fold.over)}};
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
      std::snprintf(text, sizeof text, "  %.3f %.3f-%.3f     ", figure.value, figure.interval.low,
                    figure.interval.high);
    } else {
      std::snprintf(text, sizeof text, "  %22s", "-");
    }
    row += text;
  }
  return row + "\n";
}

}  // namespace

CrossValidation cross_validate(const std::string& dealt,
                               const std::vector<ScoredImages>& held_out) {
  CrossValidation result;
  result.dealt = dealt;
  for (std::size_t fold = 0; fold < held_out.size(); ++fold) {
    result.folds.push_back(measure("fold " + std::to_string(fold + 1), held_out[fold]));
  }
  result.pooled = measure("all folds", joined(held_out));
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
    std::snprintf(text, sizeof text, "  %-22s", figure.name.c_str());
    table += text;
  }
  table += "\n";
  for (const FoldFigures& fold : validation.folds) table += row_text(fold);
  table += row_text(validation.pooled);
  return table + validation.dealt + "; intervals over " + to_string(validation.pooled.over) + "\n";
}

}  // namespace thoraxlite
