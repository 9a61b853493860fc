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

}  // namespace

AreaComparison compare_areas(const PairedScores& scores, std::size_t clusters) {
  const auto& [first, second, present, cluster_of] = scores;
  AreaComparison comparison;
  comparison.first = area_under_roc(first, present);
  comparison.second = area_under_roc(second, present);
  comparison.errors = area_errors(first, present, cluster_of, clusters);
  const std::vector<double> of_second = area_errors(second, present, cluster_of, clusters);
  for (std::size_t k = 0; k < of_second.size(); ++k) comparison.errors[k] -= of_second[k];
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
