#include "models/student.h"

#include <torch/nn/functional.h>

#include "models/norm_relu.h"

namespace thoraxlite {
namespace {

// The norm that follows takes the place of the bias.
torch::nn::Conv2d convolution(std::int64_t in, std::int64_t out, std::int64_t kernel,
                              std::int64_t stride) {
  return torch::nn::Conv2d(
      torch::nn::Conv2dOptions(in, out, kernel).stride(stride).padding(kernel / 2).bias(false));
}

}  // namespace

Student::Student(const StudentOptions& student_options) : options(student_options) {
  const auto& channels = options.channels;
  conv1 = register_module("conv1", convolution(1, channels[0], 5, options.stride));
  norm1 = register_module("norm1", torch::nn::BatchNorm2d(channels[0]));
  conv2 = register_module("conv2", convolution(channels[0], channels[1], 3, 1));
  norm2 = register_module("norm2", torch::nn::BatchNorm2d(channels[1]));
  conv3 = register_module("conv3", convolution(channels[1], channels[2], 3, 1));
  norm3 = register_module("norm3", torch::nn::BatchNorm2d(channels[2]));
  fc1 = register_module("fc1", torch::nn::Linear(channels[2], options.hidden));
  fc2 = register_module("fc2", torch::nn::Linear(options.hidden, options.labels));
}

ModelOutput Student::forward(const torch::Tensor& images) {
  ModelOutput output;
  const auto keep = [&](const char* name, const torch::Tensor& map) {
    output.features.emplace_back(name, map);
    return map;
  };
  torch::Tensor x = keep("conv1", norm_relu(*norm1, conv1(images)));
  x = keep("pool1", torch::max_pool2d(x, 2));
  x = keep("conv2", norm_relu(*norm2, conv2(x)));
  x = keep("pool2", torch::max_pool2d(x, 2));
  x = keep("conv3", norm_relu(*norm3, conv3(x)));
  x = keep("pool3", torch::max_pool2d(x, 2));
  x = keep("global_pool", x.mean(torch::IntArrayRef({2, 3})));
  x = keep("fc1", torch::relu(fc1(x)));
  output.logits = fc2(torch::dropout(x, options.dropout, is_training()));
  return output;
}

}  // namespace thoraxlite
