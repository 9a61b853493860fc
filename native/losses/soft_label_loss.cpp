#include "losses/soft_label_loss.h"

#include <torch/nn/functional.h>

namespace thoraxlite {
namespace {

namespace F = torch::nn::functional;

// log(1 - softmax), without the cancellation of 1 - p for p near 1: the sum over the other classes.
torch::Tensor log_of_others(const torch::Tensor& log_p) {
  const torch::Tensor own =
      torch::eye(log_p.size(1), log_p.options()).unsqueeze(0).to(torch::kBool);
  return log_p.unsqueeze(1).masked_fill(own, -std::numeric_limits<double>::infinity()).logsumexp(2);
}

}  // namespace

torch::Tensor soft_labels(const torch::Tensor& logits, double temperature, Soften soften) {
  const torch::Tensor tempered = logits / temperature;
  return soften == Soften::softmax ? torch::softmax(tempered, 1) : torch::sigmoid(tempered);
}

torch::Tensor soft_label_loss(const torch::Tensor& own, const torch::Tensor& guide,
                              double temperature, Soften soften, Prediction prediction) {
  const torch::Tensor labels = soft_labels(guide.detach(), temperature, soften);
  const torch::Tensor entropy =
      -(torch::xlogy(labels, labels) + torch::xlogy(1 - labels, 1 - labels)).mean();
  if (prediction == Prediction::plain) {
    return F::binary_cross_entropy_with_logits(own, labels) - entropy;
  }
  const torch::Tensor tempered = own / temperature;
  const double scale = temperature * temperature;
  if (soften == Soften::sigmoid) {
    return scale * (F::binary_cross_entropy_with_logits(tempered, labels) - entropy);
  }
  const torch::Tensor log_p = torch::log_softmax(tempered, 1);
  return scale * (-(labels * log_p + (1 - labels) * log_of_others(log_p)).mean() - entropy);
}

}  // namespace thoraxlite
