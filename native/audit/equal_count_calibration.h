// How far scores are from probabilities, in bins of as many images each, so that a model whose
// scores crowd at one end is not judged by a few images at the other (Nixon et al. 2019, "Measuring
// Calibration in Deep Learning"). Needs no LibTorch.
#pragma once

#include <cstdint>
#include <vector>

#include "evaluation/clusters.h"
#include "evaluation/findings.h"

namespace thoraxlite {

inline constexpr int kEqualCountBins = 15;

struct EqualCountBin {
  std::int64_t images = 0;
  std::int64_t present = 0;  // of them, with the finding
  double score_sum = 0;
};

// In order of the score. Equal scores share a bin, so there may be fewer bins and their counts
// differ; of fewer images than bins each has one of its own. present: 1 or 0, one a score.
std::vector<EqualCountBin> equal_count_bins(const std::vector<float>& scores,
                                            const std::vector<int>& present,
                                            int bins = kEqualCountBins);

// The mean over the images of their bin's distance between mean score and observed rate. NaN
// without images.
double equal_count_error(const std::vector<float>& scores, const std::vector<int>& present,
                         int bins = kEqualCountBins);

// The error is above 0 for calibrated scores too, as rates are of finitely many images: so beside
// it stands what it would be if every score were a probability, by drawing from the scores.
struct EqualCountCalibration {
  std::int64_t images = 0;
  std::vector<EqualCountBin> bins;
  // Resamples have errors that are larger than the error of which they are samples, by as much as
  // that is larger than the truth: so the interval is the basic bootstrap's, e reflected in the
  // percentiles (Davison and Hinkley 1997, section 5.2), cut off at 0, and holds e.
  Figure error;
  double mean_if_calibrated = 0;  // over kCalibratedDraws draws
  double high_if_calibrated = 0;  // 97.5th percentile of them
};

inline constexpr int kCalibratedDraws = 500;

// cluster_of: [images], below `clusters`. The same arguments give the same figures.
EqualCountCalibration measure_calibration(const std::vector<float>& scores,
                                          const std::vector<int>& present,
                                          const std::vector<std::size_t>& cluster_of,
                                          std::size_t clusters, int resamples = 1000);

}  // namespace thoraxlite
