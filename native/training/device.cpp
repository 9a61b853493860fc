#include "training/device.h"

#include <ATen/Parallel.h>
#include <torch/cuda.h>

#include <stdexcept>
#include <thread>

namespace thoraxlite {

torch::Device choose_device(const std::string& name) {
  if (name == "cpu") return torch::kCPU;
  if (name == "auto") return torch::cuda::is_available() ? torch::kCUDA : torch::kCPU;
  if (name != "cuda") {
    throw std::runtime_error("device '" + name + "' is not known; expected auto, cpu or cuda");
  }
  if (!torch::cuda::is_available()) throw std::runtime_error("no CUDA device was found");
  return torch::kCUDA;
}

void use_all_cores() {
  at::set_num_threads(static_cast<int>(std::max(1u, std::thread::hardware_concurrency())));
}

}  // namespace thoraxlite
