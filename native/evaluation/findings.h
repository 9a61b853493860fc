// Each label as a finding by itself: present or not, whatever else the image shows. For every
// dataset, whether its labels exclude each other or not; unknown targets are not counted.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "evaluation/operating_point.h"
#include "evaluation/scored_images.h"

namespace thoraxlite {

struct FindingFigures {
  Counts counts;             // at the threshold
  std::int64_t unknown = 0;  // images not counted
  float threshold = 0;
  // NaN, and null in JSON, where the images do not define them.
  double area_under_roc = 0;
  Interval area_under_roc_95;
  double average_precision = 0;
  double calibration_error = 0;
};

struct Figure {
  double value = 0;
  Interval interval;  // 95%, bootstrap over images
};

struct FindingAverages {
  Figure precision, recall, f1;
};

struct FindingsReport {
  std::int64_t images = 0;
  std::vector<FindingFigures> findings;  // [labels]
  // As average() of averages.h defines them.
  Figure accuracy;
  FindingAverages micro, macro, weighted;
  // Mean over the labels that have both sides; DeLong's errors, added up image by image.
  Figure mean_area_under_roc;
  double mean_average_precision = 0;           // over the labels that have positives
  std::vector<std::string> without_positives;  // left out of macro and weighted
};

// images: as check() of scored_images.h accepts them. thresholds: [labels].
FindingsReport report_findings(const ScoredImages& images, const std::vector<float>& thresholds);

}  // namespace thoraxlite
