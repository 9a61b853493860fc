// Whether two models' scores of the same images rank a finding differently well.
//
// DeLong, DeLong and Clarke-Pearson 1988 (Biometrics 44:837-845) for images that know nothing of
// each other; Obuchowski 1997 (Biometrics 53:567-578, section 2) where a patient has several.
//
// Of an image with the finding (M of them), its placement V is the share of the N others that score
// less, ties half; of one without it, the share of those with it that score more. Both variances
// are quadratic in placements, so that of a difference D of areas is that of d = V(first) -
// V(second):
//
//   s_k = sqrt(K1 / (K1 - 1)) / M * sum over the cluster's images with the finding (d - D)
//       + sqrt(K0 / (K0 - 1)) / N * sum over its images without it                 (d - D)
//   variance of D = sum of s_k^2 over the clusters k,
//
// K1 and K0 being how many clusters have images of the one and the other side. Where every cluster
// is one image, this is DeLong's variance. Obuchowski's correction of the cross term is K / (K - 1)
// for all K clusters; here it is the geometric mean of both sides', which makes the variance a sum
// of squares. The test is z = D / sqrt(variance), the interval D +- 1.96 sqrt(variance).
#pragma once

#include <cstddef>
#include <vector>

#include "evaluation/paired_difference.h"

namespace thoraxlite {

// Parallel vectors, one entry an image whose target both know.
struct PairedScores {
  std::vector<float> first, second;     // logits or scores, whose order alone counts
  std::vector<int> present;             // 1 or 0
  std::vector<std::size_t> cluster_of;  // as Clusters::of_image
};

struct AreaComparison {
  double first = std::numeric_limits<double>::quiet_NaN();
  double second = std::numeric_limits<double>::quiet_NaN();
  PairedDifference difference;
  std::vector<double> errors;  // s_k of each cluster; empty where a side has fewer than two
};

// clusters: how many there are in all. Areas are NaN if a side has no image; interval and p are NaN
// besides if a side has fewer than two clusters, or no cluster says otherwise than the others, as
// where both models put the images in one order.
AreaComparison compare_areas(const PairedScores& scores, std::size_t clusters);

// Of the mean area over labels: images of several labels are the same, so their errors add up
// cluster by cluster. Labels without an area are left out.
AreaComparison compare_mean_areas(const std::vector<AreaComparison>& labels);

}  // namespace thoraxlite
