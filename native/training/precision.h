// The arithmetic of a training step.
#pragma once

#include <torch/types.h>

namespace thoraxlite {

// While it lives, LibTorch computes convolutions and matrix products in bfloat16 on `device`, if
// asked to; weights, norms' statistics and losses stay float32. bfloat16 has float32's range, so
// that no scaling of the loss is needed (Kalamkar et al. 2019).
class Autocast {
 public:
  Autocast(torch::Device device, bool bfloat16);
  ~Autocast();
  Autocast(const Autocast&) = delete;
  Autocast& operator=(const Autocast&) = delete;

 private:
  torch::Device device_;
  bool active_;
};

}  // namespace thoraxlite
