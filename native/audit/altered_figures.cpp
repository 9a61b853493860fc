#include "audit/altered_figures.h"

#include <algorithm>
#include <cmath>
#include <limits>

#include "audit/patient_figures.h"
#include "evaluation/classification.h"
#include "evaluation/paired_roc.h"

namespace thoraxlite {
namespace {

constexpr double kUndefined = std::numeric_limits<double>::quiet_NaN();

// The share of the class of each truth that is called so, over the classes that occur among drawn.
double balanced_accuracy(int classes, const std::vector<int>& truth, const std::vector<int>& called,
                         const Indices& drawn) {
  std::vector<double> right(static_cast<std::size_t>(classes)), films(right.size());
  for (const auto image : drawn) {
    const auto i = static_cast<std::size_t>(image);
    const auto of = static_cast<std::size_t>(truth[i]);
    ++films[of];
    right[of] += called[i] == truth[i];
  }
  double sum = 0, occurring = 0;
  for (std::size_t i = 0; i < films.size(); ++i) {
    if (films[i] == 0) continue;
    sum += right[i] / films[i];
    ++occurring;
  }
  return sum / occurring;
}

Figure change_of_balanced_accuracy(const ScoredImages& intact, const ScoredImages& altered,
                                   const Clusters& clusters, int resamples) {
  const int classes = static_cast<int>(intact.labels.size());
  const std::vector<int> truth = highest(intact.targets);
  const std::vector<int> before = highest(ranks(intact)), after = highest(ranks(altered));
  const auto change = [&](const Indices& drawn) {
    return balanced_accuracy(classes, truth, after, drawn) -
           balanced_accuracy(classes, truth, before, drawn);
  };
  Indices all;
  for (std::size_t i = 0; i < truth.size(); ++i) all.push_back(static_cast<std::int64_t>(i));
  return {change(all), bootstrap_interval(clusters, change, resamples)};
}

Figure change_of_areas(const ScoredImages& intact, const ScoredImages& altered,
                       const Clusters& clusters) {
  std::vector<AreaComparison> areas;
  for (std::size_t label = 0; label < intact.labels.size(); ++label) {
    const LabelScores after = label_scores(altered, label), before = label_scores(intact, label);
    PairedScores scores{after.ranks, before.ranks, after.present, {}};
    for (const std::size_t image : after.images) {
      scores.cluster_of.push_back(clusters.of_image[image]);
    }
    areas.push_back(compare_areas(scores, clusters.size()));
  }
  const AreaComparison mean = compare_mean_areas(areas);
  return {mean.difference.value, mean.difference.interval};
}

Figure calls_changed(const ScoredImages& intact, const ScoredImages& altered,
                     const std::vector<float>& thresholds, const Clusters& clusters) {
  if (intact.exclusive) {
    const std::vector<int> before = highest(ranks(intact)), after = highest(ranks(altered));
    std::vector<bool> changed;
    for (std::size_t i = 0; i < before.size(); ++i) changed.push_back(before[i] != after[i]);
    return share_by_patient(intact.patients, changed);
  }
  std::vector<Share> shares(clusters.size());
  double changed = 0, pairs = 0;
  for (std::size_t i = 0; i < intact.size(); ++i) {
    Share& share = shares[clusters.of_image[i]];
    for (std::size_t label = 0; label < intact.labels.size(); ++label, ++pairs) {
      const bool turned =
          is_called(intact, thresholds, i, label) != is_called(altered, thresholds, i, label);
      share.trials += 1;
      share.successes += turned;
      changed += turned;
    }
  }
  return {changed / pairs, proportion_interval(shares)};
}

std::vector<double> score_changes(const ScoredImages& intact, const ScoredImages& altered) {
  std::vector<double> changes;
  for (std::size_t i = 0; i < intact.size(); ++i) {
    double sum = 0;
    for (std::size_t label = 0; label < intact.labels.size(); ++label) {
      sum += std::abs(static_cast<double>(altered.scores[i][label]) - intact.scores[i][label]);
    }
    changes.push_back(sum / static_cast<double>(intact.labels.size()));
  }
  return changes;
}

}  // namespace

double chance_of_main_figure(const ScoredImages& images) {
  if (!images.exclusive) return 0.5;
  const std::vector<int> truth = highest(images.targets);
  double occurring = 0;
  for (std::size_t label = 0; label < images.labels.size(); ++label) {
    occurring += std::count(truth.begin(), truth.end(), static_cast<int>(label)) > 0;
  }
  return 1 / occurring;
}

AlteredFigures compare_altered(const ScoredImages& intact, const ScoredImages& altered,
                               const std::vector<bool>& refused,
                               const std::vector<float>& thresholds, int resamples) {
  const Clusters clusters = clusters_of(intact.patients, intact.size());
  AlteredFigures figures;
  figures.images = static_cast<std::int64_t>(intact.size());
  figures.over = clusters.units;
  const Figure undefined{kUndefined, {kUndefined, kUndefined}};
  figures.accuracy = figures.balanced_accuracy = undefined;
  // Its mean AUROC and the interval of that need no bootstrap.
  figures.mean_area_under_roc = report_findings(altered, thresholds, 0).mean_area_under_roc;
  if (intact.exclusive) {
    const ClassificationReport report = classify(altered, resamples);
    figures.accuracy = {report.accuracy, report.accuracy_95};
    figures.balanced_accuracy = {report.macro.recall, report.balanced_accuracy_95};
    figures.change = change_of_balanced_accuracy(intact, altered, clusters, resamples);
  } else {
    figures.change = change_of_areas(intact, altered, clusters);
  }
  figures.calls_changed = calls_changed(intact, altered, thresholds, clusters);
  figures.score_change =
      mean_by_patient(intact.patients, score_changes(intact, altered), resamples);
  figures.refused = share_by_patient(intact.patients, refused);
  return figures;
}

}  // namespace thoraxlite
