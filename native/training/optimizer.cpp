#include "training/optimizer.h"

#include <cmath>
#include <map>

#include "training/layers.h"

namespace thoraxlite {

Optimizer::Optimizer(const Network& network, const RunOptions& options) {
  const std::vector<torch::Tensor> parameters = network.parameters();
  const std::vector<std::size_t> depths = parameter_depths(network);
  const std::size_t last = layers_of(network).size() - 1;
  // One group where all layers learn alike, as runs of earlier versions have in their checkpoints.
  const bool alike = options.layer_decay == 1;
  std::map<std::size_t, std::vector<torch::Tensor>> by_depth;
  for (std::size_t i = 0; i < parameters.size(); ++i) {
    if (parameters[i].requires_grad()) by_depth[alike ? last : depths[i]].push_back(parameters[i]);
  }
  std::vector<torch::optim::OptimizerParamGroup> groups;
  for (const auto& [depth, own] : by_depth) {
    groups.emplace_back(own);
    scales_.push_back(std::pow(options.layer_decay, static_cast<double>(last - depth)));
  }
  if (options.optimizer == "adamw") {
    optimizer_ = std::make_unique<torch::optim::AdamW>(
        groups,
        torch::optim::AdamWOptions(options.learning_rate).weight_decay(options.weight_decay));
  } else {
    optimizer_ = std::make_unique<torch::optim::Adam>(
        groups,
        torch::optim::AdamOptions(options.learning_rate).weight_decay(options.weight_decay));
  }
}

void Optimizer::set_learning_rate(double rate) {
  for (std::size_t i = 0; i < scales_.size(); ++i) {
    optimizer_->param_groups()[i].options().set_lr(rate * scales_[i]);
  }
}

}  // namespace thoraxlite
