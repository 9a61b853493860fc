#include "evaluation/evaluation.h"

#include <cmath>
#include <set>
#include <stdexcept>

namespace thoraxlite {

Evaluation evaluate(const ScoredImages& images, const std::vector<float>& thresholds,
                    const EvaluationOptions& options) {
  check(images);
  if (images.called.empty() && thresholds.size() != images.labels.size()) {
    throw std::runtime_error(std::to_string(thresholds.size()) + " thresholds for " +
                             std::to_string(images.labels.size()) + " labels; expected one each");
  }
  std::set<std::string> sources(images.sources.begin(), images.sources.end());
  sources.erase("");
  Evaluation evaluation;
  evaluation.labels = images.labels;
  if (images.exclusive) evaluation.classes = {classify(images, options.resamples), {}};
  evaluation.findings = report_findings(images, thresholds, options.resamples);
  for (const std::string& source : sources) {
    const ScoredImages part = of_source(images, source);
    if (images.exclusive) {
      evaluation.classes->by_source[source] = classify(part, options.resamples);
    }
    evaluation.findings_by_source[source] = report_findings(part, thresholds, options.resamples);
  }
  for (const std::string& column : options.subgroups) {
    for (const Subgroup& group : subgroups_by(column, images)) {
      SubgroupEvaluation part{column, group.value, {}, {}};
      if (images.exclusive) part.classes = classify(group.images, options.resamples);
      part.findings = report_findings(group.images, thresholds, options.resamples);
      evaluation.subgroups.push_back(std::move(part));
    }
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
