#include "training/precision.h"

#include <ATen/autocast_mode.h>
#include <torch/version.h>

namespace thoraxlite {
namespace {

#if TORCH_VERSION_MAJOR > 2 || (TORCH_VERSION_MAJOR == 2 && TORCH_VERSION_MINOR >= 4)

void enable(torch::Device device, bool on) {
  at::autocast::set_autocast_enabled(device.type(), on);
  if (on) at::autocast::set_autocast_dtype(device.type(), torch::kBFloat16);
}

#else

void enable(torch::Device device, bool on) {
  if (device.is_cuda()) {
    at::autocast::set_enabled(on);
    if (on) at::autocast::set_autocast_gpu_dtype(torch::kBFloat16);
  } else {
    at::autocast::set_cpu_enabled(on);
    if (on) at::autocast::set_autocast_cpu_dtype(torch::kBFloat16);
  }
}

#endif

}  // namespace

Autocast::Autocast(torch::Device device, bool bfloat16) : device_(device), active_(bfloat16) {
  if (active_) enable(device_, true);
}

Autocast::~Autocast() {
  if (!active_) return;
  // Weights that were cast once are kept until here; after the step they would be stale.
  at::autocast::clear_cache();
  enable(device_, false);
}

}  // namespace thoraxlite
