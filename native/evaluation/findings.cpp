#include "evaluation/findings.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <limits>
#include <numeric>

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

// [images][labels] in one row.
std::vector<unsigned char> outcomes(const ScoredImages& images,
                                    const std::vector<float>& thresholds) {
  std::vector<unsigned char> all;
  for (std::size_t i = 0; i < images.size(); ++i) {
    for (std::size_t label = 0; label < images.labels.size(); ++label) {
      const float target = images.targets[i][label];
      const int called = is_called(images, thresholds, i, label);
      all.push_back(target < 0 ? kUnknownOutcome
                               : static_cast<unsigned char>(2 * (target > 0) + called));
    }
  }
  return all;
}

// How often each image was drawn.
using Weights = std::vector<double>;

// A label as samples of it are measured: ordered once, then a sample is a weight an image.
struct Ordered {
  std::vector<std::size_t> images;  // of which the label is known, the highest rank first
  std::vector<int> present;
  std::vector<bool> tied;                // with the one before
  std::vector<double> squared_distance;  // of the score to the label
};

Ordered highest_first(const LabelScores& known) {
  std::vector<std::size_t> order(known.ranks.size());
  std::iota(order.begin(), order.end(), 0);
  std::sort(order.begin(), order.end(),
            [&](std::size_t a, std::size_t b) { return known.ranks[a] > known.ranks[b]; });
  Ordered label;
  for (std::size_t i = 0; i < order.size(); ++i) {
    const std::size_t at = order[i];
    const double away = static_cast<double>(known.scores[at]) - known.present[at];
    label.images.push_back(known.images[at]);
    label.present.push_back(known.present[at]);
    label.tied.push_back(i > 0 && known.ranks[at] == known.ranks[order[i - 1]]);
    label.squared_distance.push_back(away * away);
  }
  return label;
}

double average_precision(const Ordered& label, const Weights& weights) {
  double found = 0, called = 0, gained = 0, sum = 0;
  for (std::size_t i = 0; i < label.images.size(); ++i) {
    if (!label.tied[i] && gained > 0) {
      sum += gained * found / called;
      gained = 0;
    }
    const double weight = weights[label.images[i]];
    called += weight;
    if (!label.present[i]) continue;
    found += weight;
    gained += weight;
  }
  if (gained > 0) sum += gained * found / called;
  return ratio(sum, found);
}

double brier_score(const Ordered& label, const Weights& weights) {
  double sum = 0, images = 0;
  for (std::size_t i = 0; i < label.images.size(); ++i) {
    sum += weights[label.images[i]] * label.squared_distance[i];
    images += weights[label.images[i]];
  }
  return ratio(sum, images);
}

double mean_of_defined(const std::vector<double>& values) {
  double sum = 0, defined = 0;
  for (const double value : values) {
    if (std::isnan(value)) continue;
    sum += value;
    ++defined;
  }
  return ratio(sum, defined);
}

std::vector<Counts> count(const std::vector<unsigned char>& outcomes, std::size_t labels,
                          const Weights& weights) {
  std::vector<std::array<double, 5>> tally(labels, std::array<double, 5>{});
  for (std::size_t image = 0; image < weights.size(); ++image) {
    if (weights[image] == 0) continue;
    const unsigned char* row = &outcomes[image * labels];
    for (std::size_t label = 0; label < labels; ++label) tally[label][row[label]] += weights[image];
  }
  std::vector<Counts> counts;
  for (const auto& of : tally) {
    const auto whole = [&](Outcome outcome) { return static_cast<std::int64_t>(of[outcome]); };
    counts.push_back(
        {whole(kTruePositive), whole(kFalseNegative), whole(kFalsePositive), whole(kTrueNegative)});
  }
  return counts;
}

// All figures that the bootstrap measures, in one order.
std::vector<double> measure(const std::vector<unsigned char>& outcomes,
                            const std::vector<Ordered>& labels, const Weights& weights) {
  const CountAverages averages = average(count(outcomes, labels.size(), weights));
  std::vector<double> values = {averages.accuracy};
  for (const Averages* of : {&averages.micro, &averages.macro, &averages.weighted}) {
    values.insert(values.end(), {of->precision, of->recall, of->f1});
  }
  std::vector<double> precisions, distances;
  for (const Ordered& label : labels) {
    precisions.push_back(average_precision(label, weights));
    distances.push_back(brier_score(label, weights));
  }
  values.insert(values.end(), {mean_of_defined(precisions), mean_of_defined(distances)});
  values.insert(values.end(), precisions.begin(), precisions.end());
  values.insert(values.end(), distances.begin(), distances.end());
  return values;
}

// The figures of a report in the order of measure().
std::vector<Figure*> measured(FindingsReport& report) {
  std::vector<Figure*> figures = {
      &report.accuracy,    &report.micro.precision,        &report.micro.recall,
      &report.micro.f1,    &report.macro.precision,        &report.macro.recall,
      &report.macro.f1,    &report.weighted.precision,     &report.weighted.recall,
      &report.weighted.f1, &report.mean_average_precision, &report.mean_brier_score};
  for (FindingFigures& finding : report.findings) figures.push_back(&finding.average_precision);
  for (FindingFigures& finding : report.findings) figures.push_back(&finding.brier_score);
  return figures;
}

void bootstrap(const ScoredImages& images, const std::vector<unsigned char>& outcomes,
               const Clusters& clusters, int resamples, FindingsReport& report) {
  std::vector<Ordered> labels;
  for (std::size_t label = 0; label < images.labels.size(); ++label) {
    labels.push_back(highest_first(label_scores(images, label)));
  }
  const std::vector<double> values = measure(outcomes, labels, Weights(images.size(), 1));
  Weights weights;
  const std::vector<Interval> intervals = bootstrap_intervals(
      clusters, values.size(),
      [&](const Indices& drawn) {
        weights.assign(images.size(), 0);
        for (const auto image : drawn) ++weights[static_cast<std::size_t>(image)];
        return measure(outcomes, labels, weights);
      },
      resamples);
  const std::vector<Figure*> figures = measured(report);
  for (std::size_t i = 0; i < figures.size(); ++i) *figures[i] = {values[i], intervals[i]};
}

// The intervals of a label's proportions, over clusters.
void add_proportions(const std::vector<unsigned char>& outcomes, std::size_t label,
                     std::size_t labels, const Clusters& clusters, FindingFigures& figures) {
  const auto of = [&](std::initializer_list<Outcome> trials, Outcome success) {
    std::vector<Share> shares(clusters.size());
    for (std::size_t i = 0; i < clusters.of_image.size(); ++i) {
      const unsigned char outcome = outcomes[i * labels + label];
      if (std::find(trials.begin(), trials.end(), outcome) == trials.end()) continue;
      Share& share = shares[clusters.of_image[i]];
      ++share.trials;
      if (outcome == success) ++share.successes;
    }
    return proportion_interval(shares);
  };
  figures.sensitivity_95 = of({kTruePositive, kFalseNegative}, kTruePositive);
  figures.specificity_95 = of({kTrueNegative, kFalsePositive}, kTrueNegative);
  figures.precision_95 = of({kTruePositive, kFalsePositive}, kTruePositive);
  figures.f1_95 = f1_interval(of({kTruePositive, kFalseNegative, kFalsePositive}, kTruePositive));
}

}  // namespace

FindingsReport report_findings(const ScoredImages& images, const std::vector<float>& thresholds,
                               int resamples) {
  FindingsReport report;
  report.images = static_cast<std::int64_t>(images.size());
  const Clusters clusters = clusters_of(images.patients, images.size());
  report.over = clusters.units;
  const std::vector<unsigned char> of_images = outcomes(images, thresholds);
  const std::size_t labels = images.labels.size();
  const std::vector<Counts> counts = count(of_images, labels, Weights(images.size(), 1));
  std::vector<LabelArea> areas;
  for (std::size_t label = 0; label < labels; ++label) {
    const LabelScores known = label_scores(images, label);
    std::vector<std::size_t> cluster_of;
    for (const std::size_t image : known.images) {
      cluster_of.push_back(clusters.of_image[image]);
    }
    FindingFigures figures;
    figures.counts = counts[label];
    figures.unknown = static_cast<std::int64_t>(images.size() - known.scores.size());
    figures.threshold =
        images.called.empty() ? thresholds[label] : std::numeric_limits<float>::quiet_NaN();
    add_proportions(of_images, label, labels, clusters, figures);
    figures.area_under_roc = area_under_roc(known.ranks, known.present);
    figures.area_under_roc_95 =
        area_under_roc_interval(known.ranks, known.present, cluster_of, clusters.size());
    if (!std::isnan(figures.area_under_roc)) {
      areas.push_back({figures.area_under_roc, figures.area_under_roc_95,
                       area_errors(known.ranks, known.present, cluster_of, clusters.size())});
    }
    figures.calibration_error = calibration_error(known.scores, known.present);
    if (figures.counts.positives() == 0) report.without_positives.push_back(images.labels[label]);
    report.findings.push_back(figures);
  }
  double sum = 0;
  for (const LabelArea& label : areas) sum += label.area;
  report.mean_area_under_roc = {ratio(sum, static_cast<double>(areas.size())),
                                mean_area_interval(areas)};
  bootstrap(images, of_images, clusters, resamples, report);
  return report;
}

}  // namespace thoraxlite
