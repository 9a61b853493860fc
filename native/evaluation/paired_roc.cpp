#include "evaluation/paired_roc.h"

#include <algorithm>
#include <cmath>

#include "evaluation/roc.h"

namespace thoraxlite {
namespace {

// Interval and p of a difference whose errors are these.
void judge(AreaComparison& comparison) {
  PairedDifference& difference = comparison.difference;
  difference.value = comparison.first - comparison.second;
  double variance = 0;
  for (const double error : comparison.errors) variance += error * error;
  if (comparison.errors.empty() || variance == 0) return;
  const double error = std::sqrt(variance);
  difference.interval = {std::max(-1.0, difference.value - kNormal975 * error),
                         std::min(1.0, difference.value + kNormal975 * error)};
  difference.p = std::erfc(std::abs(difference.value) / error / std::sqrt(2.0));
}

struct Side {
  double images = 0;
  double patients = 0;
};

Side side_of(const PairedScores& scores, int present, std::size_t clusters) {
  std::vector<bool> seen(clusters);
  Side side;
  for (std::size_t i = 0; i < scores.present.size(); ++i) {
    if (scores.present[i] != present) continue;
    ++side.images;
    side.patients += !seen[scores.patients[i]];
    seen[scores.patients[i]] = true;
  }
  return side;
}

}  // namespace

AreaComparison compare_areas(const PairedScores& scores, std::size_t clusters) {
  AreaComparison comparison;
  const std::vector<double> first = placements(scores.first, scores.present);
  const std::vector<double> second = placements(scores.second, scores.present);
  if (first.empty()) return comparison;
  comparison.first = area_under_roc(scores.first, scores.present);
  comparison.second = area_under_roc(scores.second, scores.present);

  const Side sides[] = {side_of(scores, 0, clusters), side_of(scores, 1, clusters)};
  if (sides[0].patients >= 2 && sides[1].patients >= 2) {
    const double difference = comparison.first - comparison.second;
    comparison.errors.resize(clusters);
    for (std::size_t i = 0; i < first.size(); ++i) {
      const Side& side = sides[scores.present[i]];
      comparison.errors[scores.patients[i]] += (first[i] - second[i] - difference) / side.images *
                                               std::sqrt(side.patients / (side.patients - 1));
    }
  }
  judge(comparison);
  return comparison;
}

AreaComparison compare_mean_areas(const std::vector<AreaComparison>& labels) {
  AreaComparison mean;
  double count = 0, first = 0, second = 0;
  std::vector<double> errors;
  bool errors_known = true;
  for (const AreaComparison& label : labels) {
    if (std::isnan(label.first)) continue;
    ++count;
    first += label.first;
    second += label.second;
    errors_known = errors_known && !label.errors.empty();
    errors.resize(std::max(errors.size(), label.errors.size()));
    for (std::size_t k = 0; k < label.errors.size(); ++k) errors[k] += label.errors[k];
  }
  if (count == 0) return mean;
  mean.first = first / count;
  mean.second = second / count;
  if (errors_known) {
    for (double& error : errors) error /= count;
    mean.errors = std::move(errors);
  }
  judge(mean);
  return mean;
}

}  // namespace thoraxlite
