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

// The variance of the area as a sum of squares: what each cluster adds to its error. DeLong's where
// every image is one by itself, else that of clustered images (Obuchowski 1997): of a cluster the
// deviations of its images' placements together, the sides scaled by their numbers of clusters.
// Errors of several labels of the same clusters add up, cluster by cluster. Empty where a side has
// fewer than two clusters. cluster_of: [images], below `clusters`.
std::vector<double> area_errors(const std::vector<float>& scores, const std::vector<int>& present,
                                const std::vector<std::size_t>& cluster_of, std::size_t clusters);
std::vector<double> area_errors(const std::vector<float>& scores,
                                const std::vector<int>& present);  // each image by itself

// 95% interval of an area with this standard error: normal on the logit scale, so that it stays
// within 0 and 1. NaN where the area or the error is, and where the area is 0 or 1.
Interval logit_interval(double area, double standard_error);

// 95% interval of the area by those errors. Where they are not defined (a side of one cluster) or
// all zero (a perfect order) Newcombe's (2006, method 5), which needs only the area and the numbers
// of clusters with and without the finding. NaN if one side has no image.
Interval area_under_roc_interval(const std::vector<float>& scores, const std::vector<int>& present,
                                 const std::vector<std::size_t>& cluster_of, std::size_t clusters);
Interval area_under_roc_interval(const std::vector<float>& scores, const std::vector<int>& present);

// Several labels' areas as one mean.
struct LabelArea {
  double area = 0;             // not NaN
  Interval interval;           // area_under_roc_interval()
  std::vector<double> errors;  // area_errors()
};

// 95% interval of the mean of the areas, whose errors are added up cluster by cluster, since labels
// share images. A label without errors counts with the width of its own interval, as if independent
// of the others. Where the mean is 0 or 1, the distances to the ends of the labels' intervals are
// added up instead (Zou and Donner 2008). NaN without labels.
Interval mean_area_interval(const std::vector<LabelArea>& labels);

// Average precision: the mean of the precisions at the thresholds, each weighted by the recall that
// it gains, without interpolation. NaN without positives.
double average_precision(const std::vector<float>& scores, const std::vector<int>& present);

}  // namespace thoraxlite
