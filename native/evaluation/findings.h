// Each label as a finding by itself: present or not, whatever else the image shows. For every
// dataset, whether its labels exclude each other or not; unknown targets are not counted.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "evaluation/operating_point.h"
#include "evaluation/scored_images.h"

namespace thoraxlite {

struct Figure {
  double value = 0;
  Interval interval;  // 95%, bootstrap over clusters
};

struct FindingFigures {
  Counts counts;             // at the threshold
  std::int64_t unknown = 0;  // images not counted
  float threshold = 0;       // NaN where the calls came with the images
  Interval sensitivity_95, specificity_95, precision_95, f1_95;  // proportion_interval()
  // NaN, and null in JSON, where the images do not define them.
  double area_under_roc = 0;
  Interval area_under_roc_95;
  Figure average_precision;  // area under the precision-recall curve, without interpolation
  Figure brier_score;        // mean squared distance of score and label, 1 or 0 (Brier 1950)
  double calibration_error = 0;
};

struct FindingAverages {
  Figure precision, recall, f1;
};

struct FindingsReport {
  std::int64_t images = 0;
  Units over;                            // of every interval
  std::vector<FindingFigures> findings;  // [labels]
  // As average() of averages.h defines them.
  Figure accuracy;
  FindingAverages micro, macro, weighted;
  Figure mean_area_under_roc;     // over the labels that have both sides; mean_area_interval()
  Figure mean_average_precision;  // over the labels that have positives
  Figure mean_brier_score;        // over the labels of which any image is known
  std::vector<std::string> without_positives;  // left out of macro and weighted
};

// images: as check() of scored_images.h accepts them. thresholds: [labels]. resamples: of the
// bootstrap; 0: the intervals that come from it are NaN.
FindingsReport report_findings(const ScoredImages& images, const std::vector<float>& thresholds,
                               int resamples = 1000);

}  // namespace thoraxlite
