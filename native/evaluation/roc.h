// How well scores put images with a finding above those without, at every threshold at once.
// scores and present (1 or 0): one an image, as everywhere in this folder.
#pragma once

#include <cstddef>
#include <vector>

#include "evaluation/interval.h"

namespace thoraxlite {

struct RocPoint {
  double false_positive_rate = 0;
  double true_positive_rate = 0;
};

// From (0, 0) to (1, 1), a point for every distinct score, highest score first. Empty if one side
// has no image.
std::vector<RocPoint> roc_curve(const std::vector<float>& scores, const std::vector<int>& present);

// Of each image, the share of the other side's images that it is ordered rightly against, ties
// counted half ("placement values", DeLong, DeLong and Clarke-Pearson 1988). Empty if one side has
// no image.
std::vector<double> placements(const std::vector<float>& scores, const std::vector<int>& present);

// Area under the ROC curve, ties counted half (Mann-Whitney). NaN if one side has no image.
double area_under_roc(const std::vector<float>& scores, const std::vector<int>& present);

// DeLong's variance as a sum of squares: what each image adds to the error of the area. Errors of
// several labels of the same images add up image by image. Empty where a side has fewer than two
// images.
std::vector<double> area_errors(const std::vector<float>& scores, const std::vector<int>& present);

// 95% interval of an area with this standard error: normal on the logit scale, so that it stays
// within 0 and 1. NaN where the area or the error is, and where the area is 0 or 1.
Interval logit_interval(double area, double standard_error);

// 95% interval of the area: DeLong's. Where that is not defined (a side of one image, or a perfect
// order, whose DeLong error is zero) Newcombe's (2006, method 5), which needs only the area and the
// numbers of images. NaN if one side has no image.
Interval area_under_roc_interval(const std::vector<float>& scores, const std::vector<int>& present);

// Average precision: the mean of the precisions at the thresholds, each weighted by the recall that
// it gains, without interpolation. NaN without positives.
double average_precision(const std::vector<float>& scores, const std::vector<int>& present);

}  // namespace thoraxlite
