// Precision, recall and F1 of several findings as one number each.
#pragma once

#include <vector>

#include "evaluation/classification.h"
#include "evaluation/operating_point.h"

namespace thoraxlite {

struct CountAverages {
  double accuracy = 0;  // share of right calls among all known pairs of image and label
  Averages micro;       // of the counts of all labels together
  // Means over the labels that have positives, equal and by the number of positives. There, as in
  // scikit-learn, the precision of a label that is never called is 0.
  Averages macro, weighted;
};

// counts: one a label. A figure that they do not define is NaN.
CountAverages average(const std::vector<Counts>& counts);

}  // namespace thoraxlite
