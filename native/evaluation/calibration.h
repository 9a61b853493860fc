// Scores as probabilities: what makes them so, and how far they are from it.
#pragma once

#include <cstdint>
#include <vector>

namespace thoraxlite {

// The T > 0 that minimises the mean binary cross-entropy of sigmoid(logit / T) (Guo 2017, per
// class). logits: [images][labels]; targets alike, 1, 0, or -1 (unknown, left out).
float fit_temperature(const std::vector<std::vector<float>>& logits,
                      const std::vector<std::vector<float>>& targets);

inline constexpr int kReliabilityBins = 15;

// Images whose score lies in one of kReliabilityBins equal parts of [0, 1].
struct ReliabilityBin {
  std::int64_t images = 0;
  std::int64_t present = 0;  // of them, with the finding
  double score_sum = 0;
};

std::vector<ReliabilityBin> reliability(const std::vector<float>& scores,
                                        const std::vector<int>& present);

// Expected calibration error: the mean distance between score and observed rate over the bins. NaN
// without images.
double calibration_error(const std::vector<float>& scores, const std::vector<int>& present);

// What every network of a table has had done to it before its scores are compared.
inline constexpr const char* kCalibrationPolicy =
    "every network calibrated on the validation split alone: one temperature, and for each label "
    "the "
    "threshold with the largest sensitivity + specificity (Youden), 0.5 where validation lacks a "
    "side; labels that exclude each other are called by the highest logit, findings by threshold";

}  // namespace thoraxlite
