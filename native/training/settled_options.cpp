#include "training/settled_options.h"

#include <ATen/Context.h>
#include <ATen/detail/CUDAHooksInterface.h>

#include <iostream>

#include "training/imported_run.h"
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

// A softmax over findings that come together says nothing of a film without any; where the paper
// takes one, hard labels say it.
std::string softened_as(const std::filesystem::path& guide) {
  const RunOptions options = read_run_options(guide);
  if (options.architecture == kImported) {
    return labels_exclude_each_other(guide) ? "softmax" : "sigmoid";
  }
  const DistillationOptions& taught = options.distillation;
  return taught.soft_labels_from.empty() ? "softmax" : taught.soften;
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
  std::string& soften = options.distillation.soften;
  if (soften == "auto" && !options.distillation.soft_labels_from.empty()) {
    soften = softened_as(options.distillation.soft_labels_from);
  }
  return options;
}

}  // namespace thoraxlite
