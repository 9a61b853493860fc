// Where tensors live and how many cores work on them.
#pragma once

#include <torch/types.h>

#include <string>

namespace thoraxlite {

// "auto" is CUDA where there is one. Throws std::runtime_error if "cuda" is asked for in vain.
torch::Device choose_device(const std::string& name);

// LibTorch may start with one thread: gives it every core.
void use_all_cores();

}  // namespace thoraxlite
