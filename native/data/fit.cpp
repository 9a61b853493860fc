#include "data/fit.h"

#include <torch/torch.h>

#include <algorithm>
#include <stdexcept>
#include <vector>

namespace thoraxlite {
namespace {

// Along one dimension of [B, C, H, W]. In units of 1 / (side * size) an input pixel is `size` long,
// an output pixel `side`, so overlaps are whole numbers.
torch::Tensor average(const torch::Tensor& images, std::int64_t dimension, std::int64_t size) {
  const std::int64_t side = images.size(dimension);
  std::vector<std::int64_t> shape = {1, 1, 1, 1};
  shape[static_cast<std::size_t>(dimension)] = size;
  torch::Tensor sum;
  // The first input pixel that each output pixel touches, then the second, until none touches more.
  for (std::int64_t next = 0;; ++next) {
    std::vector<std::int64_t> pixel;
    std::vector<float> share;
    for (std::int64_t output = 0; output < size; ++output) {
      const std::int64_t begin = output * side, input = begin / size + next;
      const std::int64_t overlap =
          std::min((input + 1) * size, begin + side) - std::max(input * size, begin);
      pixel.push_back(std::min(input, side - 1));
      share.push_back(static_cast<float>(static_cast<double>(std::max<std::int64_t>(overlap, 0)) /
                                         static_cast<double>(side)));
    }
    if (std::all_of(share.begin(), share.end(), [](float one) { return one == 0; })) return sum;
    const torch::Tensor part =
        images.index_select(dimension, torch::tensor(pixel).to(images.device()));
    const torch::Tensor weight = torch::tensor(share).view(shape).to(images.device());
    sum = sum.defined() ? torch::addcmul(sum, part, weight) : part * weight;
  }
}

}  // namespace

// Own code, since adaptive_avg_pool2d counts a pixel whole for each output pixel that it touches:
// where sides do not divide, its windows overlap. A product of matrices would be slower by far
// where LibTorch has no fast BLAS, and of bfloat16 within training/precision.h's guard.
torch::Tensor fit(const torch::Tensor& images, std::int64_t size) {
  const std::int64_t side = images.size(2);
  if (side < size) {
    throw std::runtime_error("images of " + std::to_string(side) +
                             " pixels a side are smaller than the network's input of " +
                             std::to_string(size));
  }
  return side == size ? images : average(average(images, 2, size), 3, size);
}

}  // namespace thoraxlite
