// Exponential moving average of a network's parameters and buffers. The average is what is
// validated and released: single epochs of a small network jump, their average does not.
#pragma once

#include <vector>

#include "models/network.h"

namespace thoraxlite {

class WeightAverage {
 public:
  // decay: share of the old average kept at a step, approached from below in the first steps.
  WeightAverage(const Network& network, double decay);

  void update(const Network& network);

  // Exchanges the network's values with the average; twice leaves both as they were.
  void swap(Network& network);

  void save(torch::serialize::OutputArchive& archive) const;
  void load(torch::serialize::InputArchive& archive);

 private:
  double decay_;
  std::int64_t steps_ = 0;
  std::vector<torch::Tensor> values_;
};

}  // namespace thoraxlite
