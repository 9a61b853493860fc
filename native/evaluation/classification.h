// The classification report of the paper's Table 2, with counts and intervals.
#pragma once

#include <cstdint>
#include <vector>

#include "evaluation/interval.h"
#include "evaluation/scored_images.h"

namespace thoraxlite {

struct ClassFigures {
  std::int64_t support = 0;    // images of this class
  std::int64_t predicted = 0;  // images called this class
  std::int64_t correct = 0;
  // As in scikit-learn, a figure whose denominator is zero is 0; the counts tell.
  double precision = 0, recall = 0, f1 = 0;
  Interval precision_95, recall_95, f1_95;
};

struct Averages {
  double precision = 0, recall = 0, f1 = 0;
};

struct ClassificationReport {
  std::vector<std::vector<std::int64_t>> confusion;  // [true class][predicted class]
  std::vector<ClassFigures> classes;
  std::int64_t correct = 0, total = 0;
  double accuracy = 0;
  Averages macro;     // mean over the classes that occur; macro.recall is the balanced accuracy
  Averages weighted;  // mean by support
  Interval accuracy_95, macro_f1_95, balanced_accuracy_95;
};

// truth, predicted: class indices below `classes`, one an image. Without intervals.
ClassificationReport classify(int classes, const std::vector<int>& truth,
                              const std::vector<int>& predicted);

// Where exactly one label is present; an image is called by its highest logit (score, where there
// are no logits), the first of equals. Intervals are by patient: proportion_interval(), and the
// bootstrap with so many resamples (0: none) of macro F1 and balanced accuracy.
ClassificationReport classify(const ScoredImages& images, int resamples = 1000);

// Index of the highest value of each row, the first of equals.
std::vector<int> highest(const std::vector<std::vector<float>>& rows);

}  // namespace thoraxlite
