// Equation 2 of the paper and the loss L_soft of equations 3 and 4.
//
//   y_s = soften(guide / T)                       soften: softmax over classes, or sigmoid of each
//   L_soft = -mean_bc  y_s log p + (1 - y_s) log(1 - p)
//
// less the same with p = y_s: the labels' own entropy, which has no gradient and would hide the
// rest. The loss is 0 where the prediction equals the label.
//
// The paper does not say at which temperature the prediction p is taken.
//   tempered   p = soften(own / T), and L_soft times T^2, so that its gradient keeps its size as T
//              grows (Hinton, Vinyals and Dean 2015, section 2)
//   plain      p = sigmoid(own): the formula taken by its letter. At T = 30, softened labels of
//              three classes all lie near 1/3, and so will the predictions that follow them.
#pragma once

#include <torch/types.h>

namespace thoraxlite {

enum class Soften { softmax, sigmoid };
enum class Prediction { tempered, plain };

// logits: float32 [B, labels]; temperature > 0. Returns [B, labels] in (0, 1).
torch::Tensor soft_labels(const torch::Tensor& logits, double temperature, Soften soften);

// own, guide: logits, float32 [B, labels]. No gradient flows into guide. Returns a scalar.
torch::Tensor soft_label_loss(const torch::Tensor& own, const torch::Tensor& guide,
                              double temperature, Soften soften, Prediction prediction);

}  // namespace thoraxlite
