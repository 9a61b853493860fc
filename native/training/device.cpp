#include "training/device.h"

#include <ATen/Parallel.h>
#include <torch/cuda.h>
#ifdef __GLIBC__
#include <malloc.h>
#endif

#include <algorithm>
#include <stdexcept>

#include "training/cores.h"

namespace thoraxlite {

torch::Device choose_device(const std::string& name, int index) {
  if (name == "cpu" || (name == "auto" && !torch::cuda::is_available())) return torch::kCPU;
  if (name != "cuda" && name != "auto") {
    throw std::runtime_error("device '" + name + "' is not known; expected auto, cpu or cuda");
  }
  if (!torch::cuda::is_available()) throw std::runtime_error("no CUDA device was found");
  if (index >= static_cast<int>(torch::cuda::device_count())) {
    throw std::runtime_error("process " + std::to_string(index) +
                             " of this machine has no CUDA device of its own; there are " +
                             std::to_string(torch::cuda::device_count()));
  }
  return {torch::kCUDA, static_cast<torch::DeviceIndex>(index)};
}

void use_all_cores(int processes) {
  at::set_num_threads(std::max(1, cores_of_this_process() / processes));
}

void keep_freed_memory() {
#ifdef __GLIBC__
  mallopt(M_MMAP_MAX, 0);
  mallopt(M_TRIM_THRESHOLD, -1);
#endif
}

}  // namespace thoraxlite
