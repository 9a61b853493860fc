#include "models/mbconv.h"

#include <algorithm>

namespace thoraxlite {

ConvNorm::ConvNorm(const Options& options, const NormOptions& norm_options)
    : activated(options.activated) {
  conv = register_module(
      "0", torch::nn::Conv2d(torch::nn::Conv2dOptions(options.in, options.out, options.kernel)
                                 .stride(options.stride)
                                 .padding(options.kernel / 2)
                                 .groups(options.groups)
                                 .bias(false)));
  norm = register_module("1", torch::nn::BatchNorm2d(torch::nn::BatchNorm2dOptions(options.out)
                                                         .eps(norm_options.eps)
                                                         .momentum(norm_options.momentum)));
}

torch::Tensor ConvNorm::forward(const torch::Tensor& x) {
  const torch::Tensor normed = norm(conv(x));
  return activated ? torch::silu(normed) : normed;
}

SqueezeExcitation::SqueezeExcitation(std::int64_t channels, std::int64_t squeezed) {
  fc1 = register_module("fc1", torch::nn::Conv2d(channels, squeezed, 1));
  fc2 = register_module("fc2", torch::nn::Conv2d(squeezed, channels, 1));
}

torch::Tensor SqueezeExcitation::forward(const torch::Tensor& x) {
  return x * torch::sigmoid(fc2(torch::silu(fc1(torch::adaptive_avg_pool2d(x, 1)))));
}

MBConv::MBConv(const MBConvOptions& block_options) : options(block_options) {
  const std::int64_t width = options.in * options.expansion;
  torch::nn::ModuleList block;
  if (options.expansion != 1) {
    expand = std::make_shared<ConvNorm>(ConvNorm::Options{options.in, width}, options.norm);
    block->push_back(expand);
  }
  depthwise = std::make_shared<ConvNorm>(
      ConvNorm::Options{width, width, options.kernel, options.stride, width}, options.norm);
  squeeze_excitation =
      std::make_shared<SqueezeExcitation>(width, std::max<std::int64_t>(1, options.in / 4));
  project = std::make_shared<ConvNorm>(ConvNorm::Options{width, options.out, 1, 1, 1, false},
                                       options.norm);
  block->push_back(depthwise);
  block->push_back(squeeze_excitation);
  block->push_back(project);
  register_module("block", block);
}

torch::Tensor MBConv::forward(const torch::Tensor& x) {
  torch::Tensor y = expand ? expand->forward(x) : x;
  y = project->forward(squeeze_excitation->forward(depthwise->forward(y)));
  if (options.stride != 1 || options.in != options.out) return y;
  if (is_training() && options.drop_probability > 0) {
    const double stays = 1 - options.drop_probability;
    y = y * torch::empty({y.size(0), 1, 1, 1}, y.options()).bernoulli_(stays).div_(stays);
  }
  return x + y;
}

}  // namespace thoraxlite
