#include "evaluation/classification.h"

#include <algorithm>

namespace thoraxlite {
namespace {

double ratio(double numerator, double denominator) {
  return denominator > 0 ? numerator / denominator : 0.0;
}

void add(Averages& averages, const ClassFigures& figures, double weight) {
  averages.precision += weight * figures.precision;
  averages.recall += weight * figures.recall;
  averages.f1 += weight * figures.f1;
}

}  // namespace

ClassificationReport classify(int classes, const std::vector<int>& truth,
                              const std::vector<int>& predicted) {
  const auto count = static_cast<std::size_t>(classes);
  ClassificationReport report;
  report.confusion.assign(count, std::vector<std::int64_t>(count, 0));
  report.classes.resize(count);
  report.total = static_cast<std::int64_t>(truth.size());
  for (std::size_t i = 0; i < truth.size(); ++i) {
    const auto t = static_cast<std::size_t>(truth[i]), p = static_cast<std::size_t>(predicted[i]);
    ++report.confusion[t][p];
    ++report.classes[t].support;
    ++report.classes[p].predicted;
    if (t != p) continue;
    ++report.classes[t].correct;
    ++report.correct;
  }
  int occurring = 0;
  for (ClassFigures& figures : report.classes) {
    const auto correct = static_cast<double>(figures.correct);
    figures.precision = ratio(correct, static_cast<double>(figures.predicted));
    figures.recall = ratio(correct, static_cast<double>(figures.support));
    figures.f1 = ratio(2 * correct, static_cast<double>(figures.predicted + figures.support));
    if (figures.support > 0) ++occurring;
  }
  for (const ClassFigures& figures : report.classes) {
    if (figures.support == 0) continue;
    add(report.macro, figures, 1.0 / occurring);
    add(report.weighted, figures,
        static_cast<double>(figures.support) / static_cast<double>(report.total));
  }
  report.accuracy = ratio(static_cast<double>(report.correct), static_cast<double>(report.total));
  return report;
}

std::vector<int> highest(const std::vector<std::vector<float>>& rows) {
  std::vector<int> places;
  for (const auto& row : rows) {
    places.push_back(static_cast<int>(std::max_element(row.begin(), row.end()) - row.begin()));
  }
  return places;
}

ClassificationReport classify(const ScoredImages& images) {
  return classify(static_cast<int>(images.labels.size()), highest(images.targets),
                  highest(images.scores));
}

}  // namespace thoraxlite
