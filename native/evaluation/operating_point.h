// The threshold at which a score counts as positive, and how the rule then does.
#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <vector>

#include "evaluation/interval.h"

namespace thoraxlite {

// How a rule "score >= threshold" did on images with and without the finding.
struct Counts {
  std::int64_t true_positives = 0, false_negatives = 0, false_positives = 0, true_negatives = 0;

  std::int64_t positives() const { return true_positives + false_negatives; }
  std::int64_t negatives() const { return true_negatives + false_positives; }
  std::int64_t called() const { return true_positives + false_positives; }

  void add(bool present, bool is_called) {
    ++(present ? (is_called ? true_positives : false_negatives)
               : (is_called ? false_positives : true_negatives));
  }

  double sensitivity() const;  // the same as recall; NaN without positives
  double specificity() const;  // NaN without negatives
  double precision() const;    // NaN where nothing is called positive
  double f1() const;           // NaN where nothing is positive and nothing is called so
};

// F1's interval from that of the share J of right calls among all images that have the finding or
// are called so: F1 = 2 J / (1 + J).
Interval f1_interval(const Interval& share);

// scores and present (0 or 1): one an image.
Counts count_at(const std::vector<float>& scores, const std::vector<int>& present, float threshold);

// The threshold with the largest sensitivity + specificity (Youden 1950): half-way between the two
// neighbouring scores. Throws std::runtime_error if no image, or every image, has the finding.
float youden_threshold(const std::vector<float>& scores, const std::vector<int>& present);

// The largest threshold from which on at least `sensitivity` (above 0, to 1) of the images with the
// finding are positive: half-way between the lowest score that must be and the next lower one of
// any image, or that score itself where none is lower. Throws as youden_threshold() does.
float sensitivity_threshold(const std::vector<float>& scores, const std::vector<int>& present,
                            double sensitivity);

// How a threshold is chosen, by scores and present.
using ThresholdRule = std::function<float(const std::vector<float>&, const std::vector<int>&)>;

// Where a rule's threshold might lie as well: 95 % of those of resampled patients (bootstrap).
// patients: [images], an empty text is somebody of his own. It holds the threshold itself.
Interval threshold_interval(const ThresholdRule& rule, const std::vector<float>& scores,
                            const std::vector<int>& present,
                            const std::vector<std::string>& patients);

}  // namespace thoraxlite
