#include "evaluation/findings.h"

#include <array>
#include <cmath>
#include <limits>

#include "evaluation/averages.h"
#include "evaluation/calibration.h"
#include "evaluation/roc.h"

namespace thoraxlite {
namespace {

constexpr double kNaN = std::numeric_limits<double>::quiet_NaN();

double ratio(double part, double whole) {
  return whole > 0 ? part / whole : kNaN;
}

// What became of one image under one label.
enum Outcome : unsigned char { kTrueNegative, kFalsePositive, kFalseNegative, kTruePositive };
constexpr unsigned char kUnknownOutcome = 4;

std::vector<unsigned char> outcomes(const ScoredImages& images,
                                    const std::vector<float>& thresholds) {
  std::vector<unsigned char> all;
  for (std::size_t i = 0; i < images.size(); ++i) {
    for (std::size_t label = 0; label < images.labels.size(); ++label) {
      const float target = images.targets[i][label];
      const int called = images.scores[i][label] >= thresholds[label];
      all.push_back(target < 0 ? kUnknownOutcome
                               : static_cast<unsigned char>(2 * (target > 0) + called));
    }
  }
  return all;
}

// The order in which the averages pass through the bootstrap.
std::vector<double> in_order(const CountAverages& averages) {
  std::vector<double> values = {averages.accuracy};
  for (const Averages* of : {&averages.micro, &averages.macro, &averages.weighted}) {
    values.insert(values.end(), {of->precision, of->recall, of->f1});
  }
  return values;
}

std::vector<Counts> count(const std::vector<unsigned char>& outcomes, std::size_t labels,
                          const Indices& drawn) {
  std::vector<std::array<std::int64_t, 5>> tally(labels, std::array<std::int64_t, 5>{});
  for (const auto image : drawn) {
    const unsigned char* row = &outcomes[static_cast<std::size_t>(image) * labels];
    for (std::size_t label = 0; label < labels; ++label) ++tally[label][row[label]];
  }
  std::vector<Counts> counts;
  for (const auto& of : tally) {
    counts.push_back(
        {of[kTruePositive], of[kFalseNegative], of[kFalsePositive], of[kTrueNegative]});
  }
  return counts;
}

void average_counts(const ScoredImages& images, const std::vector<float>& thresholds,
                    FindingsReport& report) {
  std::vector<Counts> counts;
  for (const FindingFigures& figures : report.findings) counts.push_back(figures.counts);
  const std::vector<double> values = in_order(average(counts));

  const std::vector<unsigned char> of_images = outcomes(images, thresholds);
  const std::vector<Interval> intervals =
      bootstrap_intervals(report.images, values.size(), [&](const Indices& drawn) {
        return in_order(average(count(of_images, images.labels.size(), drawn)));
      });

  std::size_t next = 0;
  for (Figure* figure :
       {&report.accuracy, &report.micro.precision, &report.micro.recall, &report.micro.f1,
        &report.macro.precision, &report.macro.recall, &report.macro.f1, &report.weighted.precision,
        &report.weighted.recall, &report.weighted.f1}) {
    *figure = {values[next], intervals[next]};
    ++next;
  }
}

// The means of what needs no threshold.
void average_rankings(const ScoredImages& images, FindingsReport& report) {
  std::vector<double> errors(images.size(), 0.0);
  double areas = 0, area_sum = 0, precisions = 0, precision_sum = 0;
  bool errors_known = true;
  for (std::size_t label = 0; label < images.labels.size(); ++label) {
    const FindingFigures& figures = report.findings[label];
    if (figures.counts.positives() == 0) continue;
    ++precisions;
    precision_sum += figures.average_precision;
    if (figures.counts.negatives() == 0) continue;
    ++areas;
    area_sum += figures.area_under_roc;
    const LabelScores known = label_scores(images, label);
    const std::vector<double> of_label = area_errors(known.scores, known.present);
    if (of_label.empty()) errors_known = false;
    for (std::size_t i = 0; i < of_label.size(); ++i) errors[known.images[i]] += of_label[i];
  }
  report.mean_average_precision = ratio(precision_sum, precisions);
  const double mean = ratio(area_sum, areas);
  double variance = 0;
  for (const double error : errors) variance += error / areas * error / areas;
  report.mean_area_under_roc = {
      mean, logit_interval(mean, errors_known && areas > 0 ? std::sqrt(variance) : kNaN)};
}

}  // namespace

FindingsReport report_findings(const ScoredImages& images, const std::vector<float>& thresholds) {
  FindingsReport report;
  report.images = static_cast<std::int64_t>(images.size());
  for (std::size_t label = 0; label < images.labels.size(); ++label) {
    const LabelScores known = label_scores(images, label);
    FindingFigures figures;
    figures.counts = count_at(known.scores, known.present, thresholds[label]);
    figures.unknown = static_cast<std::int64_t>(images.size() - known.scores.size());
    figures.threshold = thresholds[label];
    figures.area_under_roc = area_under_roc(known.scores, known.present);
    figures.area_under_roc_95 = area_under_roc_interval(known.scores, known.present);
    figures.average_precision = average_precision(known.scores, known.present);
    figures.calibration_error = calibration_error(known.scores, known.present);
    if (figures.counts.positives() == 0) report.without_positives.push_back(images.labels[label]);
    report.findings.push_back(figures);
  }
  average_counts(images, thresholds, report);
  average_rankings(images, report);
  return report;
}

}  // namespace thoraxlite
