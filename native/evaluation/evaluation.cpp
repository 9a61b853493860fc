#include "evaluation/evaluation.h"

#include <algorithm>
#include <cmath>

namespace thoraxlite {
namespace {

std::vector<int> called(const ScoredImages& images) {
  std::vector<int> classes;
  for (const auto& scores : images.scores) {
    classes.push_back(
        static_cast<int>(std::max_element(scores.begin(), scores.end()) - scores.begin()));
  }
  return classes;
}

template <class T>
std::vector<T> pick(const std::vector<T>& values, const std::vector<std::int64_t>& indices) {
  std::vector<T> picked;
  picked.reserve(indices.size());
  for (const auto index : indices) picked.push_back(values[static_cast<std::size_t>(index)]);
  return picked;
}

}  // namespace

Evaluation evaluate(const ScoredImages& images, const std::vector<float>& thresholds) {
  const int classes = static_cast<int>(images.labels.size());
  const auto count = static_cast<std::int64_t>(images.truth.size());
  const std::vector<int> predicted = called(images);

  Evaluation evaluation;
  evaluation.labels = images.labels;
  evaluation.overall = classify(classes, images.truth, predicted);
  const auto macro = [&](const std::vector<std::int64_t>& indices) {
    return classify(classes, pick(images.truth, indices), pick(predicted, indices)).macro;
  };
  evaluation.macro_f1 =
      bootstrap_interval(count, [&](const auto& indices) { return macro(indices).f1; });
  evaluation.balanced_accuracy =
      bootstrap_interval(count, [&](const auto& indices) { return macro(indices).recall; });

  std::map<std::string, std::vector<std::int64_t>> members;
  for (std::int64_t i = 0; i < count; ++i) {
    members[images.sources[static_cast<std::size_t>(i)]].push_back(i);
  }
  for (const auto& [source, indices] : members) {
    evaluation.by_source[source] =
        classify(classes, pick(images.truth, indices), pick(predicted, indices));
  }

  for (int label = 0; label < classes; ++label) {
    std::vector<float> scores;
    std::vector<int> present;
    for (std::size_t i = 0; i < images.truth.size(); ++i) {
      scores.push_back(images.scores[i][static_cast<std::size_t>(label)]);
      present.push_back(images.truth[i] == label);
    }
    const float threshold = thresholds[static_cast<std::size_t>(label)];
    evaluation.findings.push_back({count_at(scores, present, threshold), threshold,
                                   area_under_roc(scores, present),
                                   calibration_error(scores, present)});
  }
  return evaluation;
}

}  // namespace thoraxlite
