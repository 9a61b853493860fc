#include "export/folded_student.h"

#include <torch/torch.h>

namespace thoraxlite {
namespace {

torch::Tensor exact(const torch::Tensor& tensor) {
  return tensor.detach().cpu().to(torch::kDouble);
}

torch::Tensor single(const torch::Tensor& tensor) {
  return tensor.detach().cpu().to(torch::kFloat32).contiguous();
}

}  // namespace

FoldedStudent fold(const Student& student) {
  FoldedStudent folded;
  folded.stride = student.options.stride;
  const auto convolution = [&](const std::string& name, const torch::nn::Conv2d& conv,
                               const torch::nn::BatchNorm2d& norm) {
    const torch::Tensor scale =
        exact(norm->weight) / (exact(norm->running_var) + norm->options.eps()).sqrt();
    folded.tensors[name + ".weight"] = single(exact(conv->weight) * scale.view({-1, 1, 1, 1}));
    folded.tensors[name + ".bias"] = single(exact(norm->bias) - exact(norm->running_mean) * scale);
  };
  const auto linear = [&](const std::string& name, const torch::nn::Linear& layer) {
    folded.tensors[name + ".weight"] = single(layer->weight);
    folded.tensors[name + ".bias"] = single(layer->bias);
  };
  convolution("conv1", student.conv1, student.norm1);
  convolution("conv2", student.conv2, student.norm2);
  convolution("conv3", student.conv3, student.norm3);
  linear("fc1", student.fc1);
  linear("fc2", student.fc2);
  return folded;
}

ModelOutput forward(const FoldedStudent& student, const torch::Tensor& images) {
  const torch::NoGradGuard no_grad;
  ModelOutput output;
  const auto tensor = [&](const std::string& name) { return student.tensors.at(name); };
  const auto keep = [&](const std::string& name, const torch::Tensor& map) {
    output.features.emplace_back(name, map);
    return map;
  };
  torch::Tensor x = images;
  for (const char* number : {"1", "2", "3"}) {
    const std::string conv = std::string("conv") + number;
    const torch::Tensor weight = tensor(conv + ".weight");
    const std::int64_t stride = conv == "conv1" ? student.stride : 1;
    x = keep(conv, torch::relu(torch::conv2d(x, weight, tensor(conv + ".bias"), stride,
                                             weight.size(2) / 2)));
    x = keep(std::string("pool") + number, torch::max_pool2d(x, 2));
  }
  x = keep("global_pool", x.mean(torch::IntArrayRef({2, 3})));
  x = keep("fc1", torch::relu(torch::linear(x, tensor("fc1.weight"), tensor("fc1.bias"))));
  output.logits = torch::linear(x, tensor("fc2.weight"), tensor("fc2.bias"));
  return output;
}

}  // namespace thoraxlite
