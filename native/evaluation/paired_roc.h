// Whether two models' scores of the same images rank a finding differently well.
//
// DeLong, DeLong and Clarke-Pearson 1988 (Biometrics 44:837-845) for images that know nothing of
// each other; Obuchowski 1997 (Biometrics 53:567-578, section 2) where a patient has several.
//
// Of an image i with the finding (M of them), its placement V10(i) is the share of the N others
// that score less, ties half; of one without it, V01(j) is the share of those with it that score
// more. Both tests are linear in them, so a difference of areas is a difference of placements:
//
//   D   = mean of d10 = mean of d01,  d = V(first) - V(second)
//   s_k = sqrt(K10 / (K10 - 1)) / M * sum over k's images with the finding (d10 - D)
//       + sqrt(K01 / (K01 - 1)) / N * sum over k's images without it       (d01 - D)
//   variance of D = sum of s_k^2 over the patients k,
//
// K10 and K01 being how many patients have images of the one and the other side. Where every
// patient has one image, this is DeLong's variance. Obuchowski's correction of the cross term is
// K / (K - 1) for all K patients; here it is the mean, as of a product, of both sides', which makes
// the variance a sum of squares. The test is z = D / sqrt(variance), the interval D +- 1.96 errors.
#pragma once

#include <vector>

#include "evaluation/paired_difference.h"

namespace thoraxlite {

// Parallel vectors, one entry an image whose target both know.
struct PairedScores {
  std::vector<float> first, second;   // logits or scores, whose order alone counts
  std::vector<int> present;           // 1 or 0
  std::vector<std::size_t> patients;  // below Clusters::count
};

struct AreaComparison {
  double first = std::numeric_limits<double>::quiet_NaN();
  double second = std::numeric_limits<double>::quiet_NaN();
  PairedDifference difference;
  std::vector<double> errors;  // s_k of each patient; empty where a side has fewer than two
};

// clusters: how many patients there are in all. Areas are NaN if a side has no image; interval and
// p are NaN besides if a side has fewer than two patients, or both models rank alike.
AreaComparison compare_areas(const PairedScores& scores, std::size_t clusters);

// Of the mean area over labels: images of several labels are the same, so their errors add up
// patient by patient. Labels without an area are left out.
AreaComparison compare_mean_areas(const std::vector<AreaComparison>& labels);

}  // namespace thoraxlite
