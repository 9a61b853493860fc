#include "evaluation/classification.h"

#include <algorithm>

#include "evaluation/operating_point.h"

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

ClassificationReport classify(const ScoredImages& images, int resamples) {
  const int classes = static_cast<int>(images.labels.size());
  const std::vector<int> truth = highest(images.targets), called = highest(ranks(images));
  ClassificationReport report = classify(classes, truth, called);
  const Clusters clusters = clusters_of(images.patients, images.size());

  // The share of the images that `is_trial` names, by cluster, in which truth and call agree.
  const auto interval = [&](const auto& is_trial) {
    std::vector<Share> shares(clusters.size());
    for (std::size_t i = 0; i < truth.size(); ++i) {
      if (!is_trial(i)) continue;
      Share& share = shares[clusters.of_image[i]];
      ++share.trials;
      if (truth[i] == called[i]) ++share.successes;
    }
    return proportion_interval(shares);
  };
  report.accuracy_95 = interval([](std::size_t) { return true; });
  for (int c = 0; c < classes; ++c) {
    ClassFigures& figures = report.classes[static_cast<std::size_t>(c)];
    figures.precision_95 = interval([&](std::size_t i) { return called[i] == c; });
    figures.recall_95 = interval([&](std::size_t i) { return truth[i] == c; });
    figures.f1_95 =
        f1_interval(interval([&](std::size_t i) { return truth[i] == c || called[i] == c; }));
  }

  const std::vector<Interval> averages = bootstrap_intervals(
      clusters, 2,
      [&](const Indices& drawn) {
        std::vector<int> drawn_truth, drawn_called;
        for (const auto i : drawn) {
          drawn_truth.push_back(truth[static_cast<std::size_t>(i)]);
          drawn_called.push_back(called[static_cast<std::size_t>(i)]);
        }
        const Averages macro = classify(classes, drawn_truth, drawn_called).macro;
        return std::vector<double>{macro.f1, macro.recall};
      },
      resamples);
  report.macro_f1_95 = averages[0];
  report.balanced_accuracy_95 = averages[1];
  return report;
}

}  // namespace thoraxlite
