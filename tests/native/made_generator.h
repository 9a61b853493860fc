// Random numbers of a seed, apart from LibTorch's own generator.
#pragma once

#include <torch/torch.h>

namespace thoraxlite {

inline torch::Generator generator(std::uint64_t seed) {
  return torch::make_generator<torch::CPUGeneratorImpl>(seed);
}

}  // namespace thoraxlite
