// Adam and AdamW, with the rates of a schedule for all layers or, falling with depth, for each.
#pragma once

#include <torch/optim.h>

#include <memory>

#include "models/network.h"
#include "training/run_options.h"

namespace thoraxlite {

// Of the parameters that train. Adam (Kingma and Ba 2015) adds weight_decay * w to the gradient;
// AdamW (Loshchilov and Hutter 2019) shrinks w by learning rate * weight_decay instead.
class Optimizer {
 public:
  Optimizer(const Network& network, const RunOptions& options);

  // For the next step: rate for what gives the labels, and for each layer before it layer_decay
  // times that of the next.
  void set_learning_rate(double rate);

  torch::optim::Optimizer& operator*() { return *optimizer_; }
  torch::optim::Optimizer* operator->() { return optimizer_.get(); }

 private:
  std::unique_ptr<torch::optim::Optimizer> optimizer_;
  std::vector<double> scales_;  // of each group of parameters
};

}  // namespace thoraxlite
