// Equation 1 with weights against imbalance, for labels that come together: of each label, images
// with it and images without it weigh the same in all.
//
//   L = 1/n sum_b sum_c  w+_c y_bc softplus(-z'_bc) + w-_c (1 - y_bc) softplus(z'_bc)
//   w+_c = (P_c + N_c) / 2 P_c,  w-_c = (P_c + N_c) / 2 N_c,  each at most kMostWeight
//   z'_bc = z_bc + ln(w+_c / w-_c)
//
// The weights are those of Wang et al. 2017 (arXiv 1705.02315, its equation 1), halved so that
// their mean is 1. The shift takes back what they do to the prevalence (prior correction, King and
// Zeng 2001; logit adjustment, Menon et al. 2021): the expected loss is least where z is the logit
// of the probability itself, so scores stay those of the data.
#pragma once

#include <torch/types.h>

namespace thoraxlite {

inline constexpr double kMostWeight = 10;

struct LabelWeights {
  torch::Tensor present, absent;  // float32 [labels]: w+ and w-
};

// Of the known targets, float32 [N, labels]. A label that lacks one of its sides weighs 1.
LabelWeights label_weights(const torch::Tensor& targets);

// As hard_label_loss. weights: on the logits' device.
torch::Tensor weighted_label_loss(const torch::Tensor& logits, const torch::Tensor& targets,
                                  const LabelWeights& weights, double smoothing = 0.0);

}  // namespace thoraxlite
