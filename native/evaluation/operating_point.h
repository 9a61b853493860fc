// From logits to calibrated scores and the thresholds at which they count as positive.
#pragma once

#include <cstdint>
#include <vector>

namespace thoraxlite {

// How a rule "score >= threshold" did on images with and without the finding.
struct Counts {
  std::int64_t true_positives = 0, false_negatives = 0, false_positives = 0, true_negatives = 0;

  double sensitivity() const;  // NaN without positives
  double specificity() const;  // NaN without negatives
};

// scores and present (0 or 1): one an image.
Counts count_at(const std::vector<float>& scores, const std::vector<int>& present, float threshold);

// The threshold with the largest sensitivity + specificity (Youden 1950): half-way between the two
// neighbouring scores. Throws std::runtime_error if no image, or every image, has the finding.
float youden_threshold(const std::vector<float>& scores, const std::vector<int>& present);

// Area under the ROC curve, ties counted half (Mann-Whitney). NaN if one side has no image.
double area_under_roc(const std::vector<float>& scores, const std::vector<int>& present);

// The T > 0 that minimises the mean binary cross-entropy of sigmoid(logit / T) (Guo 2017, per
// class). logits: [images][labels], targets alike.
float fit_temperature(const std::vector<std::vector<float>>& logits,
                      const std::vector<std::vector<float>>& targets);

// Expected calibration error over 15 equal bins: the mean distance between score and observed rate.
double calibration_error(const std::vector<float>& scores, const std::vector<int>& present);

}  // namespace thoraxlite
