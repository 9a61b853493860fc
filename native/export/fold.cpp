#include "export/fold.h"

namespace thoraxlite {

FoldedConvolution fold(const torch::nn::Conv2dImpl& conv, const torch::nn::BatchNorm2dImpl& norm) {
  const torch::NoGradGuard no_grad;
  const auto exact = [](const torch::Tensor& tensor) { return tensor.detach().cpu().to(torch::kDouble); };
  const torch::Tensor scale =
      exact(norm.weight) / (exact(norm.running_var) + norm.options.eps()).sqrt();
  const torch::Tensor weight = exact(conv.weight) * scale.view({-1, 1, 1, 1});
  const torch::Tensor bias = exact(norm.bias) - exact(norm.running_mean) * scale;
  return {weight.to(torch::kFloat32).contiguous(), bias.to(torch::kFloat32).contiguous()};
}

}  // namespace thoraxlite
