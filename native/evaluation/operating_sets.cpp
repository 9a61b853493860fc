#include "evaluation/operating_sets.h"

#include <algorithm>
#include <cmath>

#include "evaluation/figure_json.h"
#include "evaluation/findings.h"

namespace thoraxlite {
namespace {

using Json = nlohmann::ordered_json;

struct Rule {
  const char* name;
  ThresholdRule choose;
};

ThresholdRule at_sensitivity(double sensitivity) {
  return [=](const std::vector<float>& scores, const std::vector<int>& present) {
    return sensitivity_threshold(scores, present, sensitivity);
  };
}

std::vector<Rule> rules() {
  return {{kDefaultOperatingPoint, youden_threshold},
          {"sensitivity_90", at_sensitivity(0.90)},
          {"sensitivity_95", at_sensitivity(0.95)}};
}

bool has_children(const ScoredImages& images) {
  return std::count(images.of_children.begin(), images.of_children.end(), true) > 0;
}

OperatingPoint choose_point(const ScoredImages& images, std::size_t label,
                            const ThresholdRule& rule, int fewest) {
  const LabelScores known = label_scores(images, label);
  OperatingPoint point;
  point.cases = static_cast<int>(known.present.size());
  point.positives = static_cast<int>(std::count(known.present.begin(), known.present.end(), 1));
  point.has_threshold = std::min(point.positives, point.cases - point.positives) >= fewest;
  if (!point.has_threshold) return point;
  point.threshold = rule(known.scores, known.present);
  const Counts counts = count_at(known.scores, known.present, point.threshold);
  point.sensitivity = static_cast<float>(counts.sensitivity());
  point.specificity = static_cast<float>(counts.specificity());
  std::vector<std::string> patients;
  for (const std::size_t image : known.images) {
    patients.push_back(images.patients.empty() ? "" : images.patients[image]);
  }
  const Interval range = threshold_interval(rule, known.scores, known.present, patients);
  // Rounded outwards: the range holds the threshold also as float32.
  point.threshold_95 = ThresholdRange{std::min(point.threshold, static_cast<float>(range.low)),
                                      std::max(point.threshold, static_cast<float>(range.high))};
  return point;
}

Json findings_json(const OperatingSet& set, const ScoredImages& images) {
  std::vector<float> thresholds;
  for (const OperatingPoint& point : set.points) thresholds.push_back(point.threshold);
  const FindingsReport report = report_findings(images, thresholds, /*resamples=*/0);
  Json rows = Json::array();
  for (std::size_t label = 0; label < set.points.size(); ++label) {
    if (!set.points[label].is_measured()) continue;
    const FindingFigures& figures = report.findings[label];
    const Counts& counts = figures.counts;
    rows.push_back({{"label", images.labels[label]},
                    {"threshold", number(figures.threshold)},
                    {"true_positives", counts.true_positives},
                    {"false_negatives", counts.false_negatives},
                    {"false_positives", counts.false_positives},
                    {"true_negatives", counts.true_negatives},
                    {"sensitivity", number(counts.sensitivity())},
                    {"sensitivity_95", interval_json(figures.sensitivity_95)},
                    {"specificity", number(counts.specificity())},
                    {"specificity_95", interval_json(figures.specificity_95)}});
  }
  return rows;
}

}  // namespace

std::vector<OperatingPoint> choose_points(const ScoredImages& validation, const ThresholdRule& rule,
                                          int fewest) {
  std::vector<OperatingPoint> points;
  for (std::size_t label = 0; label < validation.labels.size(); ++label) {
    points.push_back(choose_point(validation, label, rule, fewest));
  }
  return points;
}

OperatingSets choose_sets(const ScoredImages& validation, const std::string& neither) {
  OperatingSets chosen;
  const auto add = [&](const ScoredImages& images, const std::string& population) {
    const std::vector<std::string>& labels = images.labels;
    for (const Rule& rule : rules()) {
      if (population.empty() && rule.name == std::string(kDefaultOperatingPoint)) continue;
      OperatingSet set{rule.name + population, choose_points(images, rule.choose, kFewestToChoose)};
      bool has_any = false;
      for (std::size_t label = 0; label < labels.size(); ++label) {
        const OperatingPoint& point = set.points[label];
        has_any = has_any || (point.has_threshold && labels[label] != neither);
        if (point.has_threshold) continue;
        chosen.without_threshold.push_back(
            set.name + ": no threshold for '" + labels[label] + "', of which validation has " +
            std::to_string(point.positives) + " images with it and " +
            std::to_string(point.cases - point.positives) + " without; expected " +
            std::to_string(kFewestToChoose) + " of each");
      }
      if (has_any) chosen.sets.push_back(std::move(set));
    }
  };
  add(validation, "");
  if (has_children(validation)) add(of_adults(validation), "/adults");
  return chosen;
}

Json sets_json(const std::vector<OperatingSet>& sets, const ScoredImages& images) {
  const ScoredImages adults = has_children(images) ? of_adults(images) : ScoredImages();
  Json rows = Json::array();
  for (const OperatingSet& set : sets) {
    const auto [rule, population] = parts_of(set.name);
    rows.push_back(
        {{"name", rule}, {"population", population}, {"findings", findings_json(set, images)}});
    if (adults.size() > 0) rows.back()["adults"] = {{"findings", findings_json(set, adults)}};
  }
  return rows;
}

SetName parts_of(const std::string& name) {
  const std::size_t slash = name.find('/');
  if (slash == std::string::npos) return {name, "all"};
  return {name.substr(0, slash), name.substr(slash + 1)};
}

}  // namespace thoraxlite
