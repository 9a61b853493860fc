#include "evaluation/evaluation.h"

#include <cmath>
#include <set>
#include <stdexcept>

namespace thoraxlite {
namespace {

ClassEvaluation evaluate_classes(const ScoredImages& images, const std::set<std::string>& sources) {
  ClassEvaluation evaluation;
  evaluation.overall = classify(images);
  const std::vector<int> truth = highest(images.targets), called = highest(images.scores);
  const int classes = static_cast<int>(images.labels.size());
  const std::vector<Interval> intervals =
      bootstrap_intervals(static_cast<std::int64_t>(images.size()), 2, [&](const Indices& drawn) {
        std::vector<int> drawn_truth, drawn_called;
        for (const auto i : drawn) {
          drawn_truth.push_back(truth[static_cast<std::size_t>(i)]);
          drawn_called.push_back(called[static_cast<std::size_t>(i)]);
        }
        const Averages macro = classify(classes, drawn_truth, drawn_called).macro;
        return std::vector<double>{macro.f1, macro.recall};
      });
  evaluation.macro_f1 = intervals[0];
  evaluation.balanced_accuracy = intervals[1];
  for (const std::string& source : sources) {
    evaluation.by_source[source] = classify(of_source(images, source));
  }
  return evaluation;
}

}  // namespace

Evaluation evaluate(const ScoredImages& images, const std::vector<float>& thresholds) {
  check(images);
  if (thresholds.size() != images.labels.size()) {
    throw std::runtime_error(std::to_string(thresholds.size()) + " thresholds for " +
                             std::to_string(images.labels.size()) + " labels; expected one each");
  }
  const std::set<std::string> sources(images.sources.begin(), images.sources.end());
  Evaluation evaluation;
  evaluation.labels = images.labels;
  if (images.exclusive) evaluation.classes = evaluate_classes(images, sources);
  evaluation.findings = report_findings(images, thresholds);
  for (const std::string& source : sources) {
    evaluation.findings_by_source[source] = report_findings(of_source(images, source), thresholds);
  }
  return evaluation;
}

double selection_figure(const Evaluation& evaluation) {
  if (evaluation.classes) return evaluation.classes->overall.macro.f1;
  const double area = evaluation.findings.mean_area_under_roc.value;
  if (!std::isnan(area)) return area;
  const double f1 = evaluation.findings.macro.f1.value;
  return std::isnan(f1) ? 0.0 : f1;
}

}  // namespace thoraxlite
