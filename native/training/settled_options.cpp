#include "training/settled_options.h"

#include <ATen/Context.h>
#include <ATen/detail/CUDAHooksInterface.h>

#include <iostream>

#include "training/run_folder.h"

namespace thoraxlite {
namespace {

bool cpu_has_bfloat16() {
#if defined(__x86_64__) || defined(__i386__)
  // Processors with AMX have this too.
  return __builtin_cpu_supports("avx512bf16") != 0;
#else
  return false;
#endif
}

}  // namespace

Precision fastest_precision(torch::Device device) {
  if (device.is_cuda()) {
    if (at::detail::getCUDAHooks().supportsBFloat16ConvolutionWithCuDNNv8()) {
      return {"bfloat16", "the GPU computes in it"};
    }
    return {"float32", "the GPU does not compute in bfloat16"};
  }
  if (!cpu_has_bfloat16()) return {"float32", "the processor does not compute in bfloat16"};
  if (!at::globalContext().hasMKLDNN()) return {"float32", "LibTorch lacks oneDNN"};
  return {"bfloat16", "the processor computes in it"};
}

RunOptions settle(const RunOptions& wanted, const std::filesystem::path& run, torch::Device device,
                  bool says) {
  if (training_began(run)) {
    return as_begun(wanted, read_run_file(run).at("options"));
  }
  RunOptions options = wanted;
  if (options.precision == "auto") {
    const Precision fastest = fastest_precision(device);
    if (says) std::cerr << "precision " << fastest.name << ": " << fastest.reason << "\n";
    options.precision = fastest.name;
  }
  return options;
}

}  // namespace thoraxlite
