#include "data/fit.h"

#include <c10/core/impl/LocalDispatchKeySet.h>
#include <torch/torch.h>

#include <stdexcept>

namespace thoraxlite {
namespace {

// float32 [size, side]: the share that each input pixel of a line has in each output pixel. In
// units of 1 / (side * size) an input pixel is `size` long, an output pixel `side`, so overlaps are
// whole numbers.
torch::Tensor shares(std::int64_t side, std::int64_t size, torch::Device device) {
  const auto whole = torch::dtype(torch::kInt64).device(device);
  const torch::Tensor input = torch::arange(side, whole).mul_(size).view({1, side});
  const torch::Tensor output = torch::arange(size, whole).mul_(side).view({size, 1});
  const torch::Tensor overlap =
      torch::minimum(input + size, output + side) - torch::maximum(input, output);
  return overlap.clamp_min(0)
      .to(torch::kFloat64)
      .div_(static_cast<double>(side))
      .to(torch::kFloat32);
}

}  // namespace

// Own code, since adaptive_avg_pool2d counts a pixel whole for each output pixel that it touches:
// where sides do not divide, its windows overlap.
torch::Tensor fit(const torch::Tensor& images, std::int64_t size) {
  const std::int64_t side = images.size(2);
  if (side < size) {
    throw std::runtime_error("images of " + std::to_string(side) +
                             " pixels a side are smaller than the network's input of " +
                             std::to_string(size));
  }
  if (side == size) return images;
  // A product of matrices, which within training/precision.h's guard would be of bfloat16.
  const c10::impl::ExcludeDispatchKeyGuard exact(c10::autocast_dispatch_keyset);
  const torch::Tensor along = shares(side, size, images.device());
  return torch::matmul(torch::matmul(along, images), along.t());
}

}  // namespace thoraxlite
