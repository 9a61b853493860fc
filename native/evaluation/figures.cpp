#include "evaluation/figures.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <stdexcept>

#include "evaluation/averages.h"
#include "evaluation/roc.h"

namespace thoraxlite {
namespace {

double of_kind(const Averages& averages, const std::string& kind) {
  if (kind == "precision") return averages.precision;
  return kind == "recall" ? averages.recall : averages.f1;
}

// name: AVERAGE_KIND
double averaged(const std::string& name, const ScoredImages& images,
                const std::vector<float>& thresholds) {
  const std::size_t cut = name.find('_');
  const std::string average_name = name.substr(0, cut), kind = name.substr(cut + 1);
  if (images.exclusive) {
    const ClassificationReport report = classify(images, 0);
    return of_kind(average_name == "macro" ? report.macro : report.weighted, kind);
  }
  std::vector<Counts> counts(images.labels.size());
  for (std::size_t i = 0; i < images.size(); ++i) {
    for (std::size_t label = 0; label < images.labels.size(); ++label) {
      if (images.targets[i][label] < 0) continue;
      counts[label].add(images.targets[i][label] > 0, is_called(images, thresholds, i, label));
    }
  }
  const CountAverages averages = average(counts);
  if (name == "accuracy") return averages.accuracy;
  if (average_name == "micro") return of_kind(averages.micro, kind);
  return of_kind(average_name == "macro" ? averages.macro : averages.weighted, kind);
}

double ranked(const ScoredImages& images,
              double (*of_label)(const std::vector<float>&, const std::vector<int>&)) {
  double sum = 0, defined = 0;
  for (std::size_t label = 0; label < images.labels.size(); ++label) {
    const LabelScores known = label_scores(images, label);
    const double value = of_label(known.ranks, known.present);
    if (std::isnan(value)) continue;
    sum += value;
    ++defined;
  }
  return defined > 0 ? sum / defined : std::numeric_limits<double>::quiet_NaN();
}

}  // namespace

std::vector<std::string> figure_names(bool exclusive) {
  std::vector<std::string> names = {"accuracy"};
  for (const std::string average : {"micro", "macro", "weighted"}) {
    if (exclusive && average == "micro") continue;
    for (const char* kind : {"_precision", "_recall", "_f1"}) names.push_back(average + kind);
  }
  names.insert(names.end(), {"mean_area_under_roc", "mean_average_precision"});
  return names;
}

double figure(const std::string& name, const ScoredImages& images,
              const std::vector<float>& thresholds) {
  const std::vector<std::string> names = figure_names(images.exclusive);
  if (std::find(names.begin(), names.end(), name) == names.end()) {
    std::string known;
    for (const auto& one : names) known += (known.empty() ? "" : ", ") + one;
    throw std::runtime_error("no figure '" + name + "'; expected one of " + known);
  }
  if (name == "mean_area_under_roc") return ranked(images, area_under_roc);
  if (name == "mean_average_precision") return ranked(images, average_precision);
  if (name == "accuracy" && images.exclusive) return classify(images, 0).accuracy;
  return averaged(name, images, thresholds);
}

}  // namespace thoraxlite
