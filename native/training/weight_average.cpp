#include "training/weight_average.h"

#include <torch/serialize.h>

#include <algorithm>

namespace thoraxlite {
namespace {

// Counters of batch norm are whole numbers and are not averaged.
std::vector<torch::Tensor> averaged_tensors(const Network& network) {
  std::vector<torch::Tensor> tensors = network.parameters();
  for (const torch::Tensor& buffer : network.buffers()) {
    if (buffer.is_floating_point()) tensors.push_back(buffer);
  }
  return tensors;
}

}  // namespace

WeightAverage::WeightAverage(const Network& network, double decay) : decay_(decay) {
  const torch::NoGradGuard no_grad;
  for (const torch::Tensor& tensor : averaged_tensors(network)) {
    values_.push_back(tensor.detach().clone());
  }
}

void WeightAverage::update(const Network& network) {
  const torch::NoGradGuard no_grad;
  ++steps_;
  const double steps = static_cast<double>(steps_);
  const double decay = std::min(decay_, (1 + steps) / (10 + steps));
  const std::vector<torch::Tensor> tensors = averaged_tensors(network);
  for (std::size_t i = 0; i < tensors.size(); ++i) values_[i].lerp_(tensors[i], 1 - decay);
}

void WeightAverage::swap(Network& network) {
  const torch::NoGradGuard no_grad;
  const std::vector<torch::Tensor> tensors = averaged_tensors(network);
  for (std::size_t i = 0; i < tensors.size(); ++i) {
    const torch::Tensor value = tensors[i].detach().clone();
    tensors[i].copy_(values_[i]);
    values_[i].copy_(value);
  }
}

void WeightAverage::save(torch::serialize::OutputArchive& archive) const {
  archive.write("steps", torch::tensor(steps_));
  for (std::size_t i = 0; i < values_.size(); ++i) archive.write(std::to_string(i), values_[i]);
}

void WeightAverage::load(torch::serialize::InputArchive& archive) {
  const torch::NoGradGuard no_grad;
  // Each into a new tensor: one that was read before cannot take another's size.
  const auto read = [&](const std::string& key) {
    torch::Tensor value;
    archive.read(key, value);
    return value;
  };
  steps_ = read("steps").item<std::int64_t>();
  for (std::size_t i = 0; i < values_.size(); ++i) values_[i].copy_(read(std::to_string(i)));
}

}  // namespace thoraxlite
