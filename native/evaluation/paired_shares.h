// Whether two models are right on the same images equally often.
//
// Test: McNemar's (1947) in its exact form, by cluster (a patient). d_k is how many images of k the
// first model alone gets right, less those that the second alone does. If the two do not differ,
// exchanging them within a cluster changes nothing, so each d_k may as well be -d_k, and
//
//   p = share of the 2^K choices of signs with |sum +-d_k| >= |sum d_k|,
//
// counted exactly, not drawn. (Fisher's randomisation test of pairs, The Design of Experiments,
// 1935, with the cluster as the block whose images are exchanged together: Winkler et al. 2014,
// NeuroImage 92:381-397.) Where every cluster is one image, d_k is 1, 0 or -1 and p is the binomial
// p of McNemar's exact test. Above kMostCounted discordant images, z = (|sum d_k| - 1) / sqrt(sum
// d_k^2), which for single images is McNemar's with Edwards' (1948) correction.
//
// Interval: Bonett and Price 2012 (J Educ Behav Stat 37:479-488), who add to the n pairs one of
// each discordant kind and take Wald's interval; the variance of the sum is here that of
// Obuchowski 1998 (Stat Med 17:1495-1507), with each added pair a cluster of its own:
//
//   n' = n + 2,  K' = K + 2,  e_k = d_k - n_k D,  D = sum d_k / n'
//   D +- 1.96 sqrt(K' / (K' - 1) * sum e_k^2) / n'
#pragma once

#include <cstdint>
#include <vector>

#include "evaluation/paired_difference.h"

namespace thoraxlite {

inline constexpr std::int64_t kMostCounted = 5000;

struct ShareComparison {
  std::int64_t images = 0;
  std::int64_t both = 0, only_first = 0, only_second = 0;  // right; the others are both wrong
  PairedDifference difference;                             // of the shares of right ones

  double first() const;   // share that is right; NaN without images
  double second() const;  // the same
};

// Parallel vectors, one entry an image: whether each model is right, and its cluster, below
// `clusters`, how many there are in all. The interval is NaN if the images are of fewer than two.
ShareComparison compare_shares(const std::vector<bool>& first, const std::vector<bool>& second,
                               const std::vector<std::size_t>& cluster_of, std::size_t clusters);

// The test's p of the d_k; 1 if all are 0.
double sign_flip_p(const std::vector<std::int64_t>& differences);

}  // namespace thoraxlite
