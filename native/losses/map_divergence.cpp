#include "losses/map_divergence.h"

#include <torch/nn/functional.h>

#include <algorithm>

namespace thoraxlite {
namespace {

// Keeps the logarithm finite where a map is all zero, as behind a ReLU it may be.
constexpr double kSmallestEnergy = 1e-8;

// [B, positions]
torch::Tensor energies(const torch::Tensor& map, std::int64_t height, std::int64_t width) {
  const torch::Tensor energy = map.square().mean(1, /*keepdim=*/true);
  return torch::adaptive_avg_pool2d(energy, {height, width}).flatten(1) + kSmallestEnergy;
}

}  // namespace

torch::Tensor map_divergence(const torch::Tensor& own, const torch::Tensor& guide, bool normalise) {
  const std::int64_t height = std::min(own.size(2), guide.size(2));
  const std::int64_t width = std::min(own.size(3), guide.size(3));
  torch::Tensor mine = energies(own, height, width);
  torch::Tensor theirs = energies(guide.detach(), height, width);
  if (!normalise) return (theirs * (theirs.log() - mine.log())).mean();
  mine = mine / mine.sum(1, true);
  theirs = theirs / theirs.sum(1, true);
  return (theirs * (theirs.log() - mine.log())).sum(1).mean();
}

}  // namespace thoraxlite
