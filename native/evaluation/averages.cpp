#include "evaluation/averages.h"

#include <cmath>
#include <limits>

namespace thoraxlite {
namespace {

constexpr double kNaN = std::numeric_limits<double>::quiet_NaN();

void add(Averages& averages, const Counts& counts, double weight) {
  const double precision = counts.precision();
  averages.precision += weight * (std::isnan(precision) ? 0.0 : precision);
  averages.recall += weight * counts.sensitivity();
  averages.f1 += weight * counts.f1();
}

}  // namespace

CountAverages average(const std::vector<Counts>& counts) {
  Counts all;
  double with_positives = 0;
  for (const Counts& label : counts) {
    all.true_positives += label.true_positives;
    all.false_negatives += label.false_negatives;
    all.false_positives += label.false_positives;
    all.true_negatives += label.true_negatives;
    if (label.positives() > 0) ++with_positives;
  }
  const auto positives = static_cast<double>(all.positives());
  const double known = positives + static_cast<double>(all.negatives());
  CountAverages averages;
  averages.accuracy =
      known > 0 ? static_cast<double>(all.true_positives + all.true_negatives) / known : kNaN;
  averages.micro = {all.precision(), all.sensitivity(), all.f1()};
  if (with_positives == 0) {
    averages.macro = averages.weighted = {kNaN, kNaN, kNaN};
    return averages;
  }
  for (const Counts& label : counts) {
    if (label.positives() == 0) continue;
    add(averages.macro, label, 1 / with_positives);
    add(averages.weighted, label, static_cast<double>(label.positives()) / positives);
  }
  return averages;
}

}  // namespace thoraxlite
