#include "losses/wasserstein.h"

#include <torch/torch.h>

#include <algorithm>
#include <vector>

namespace thoraxlite {
namespace {

// The root of zero has no gradient.
constexpr double kSmallest = 1e-12;

// [..., 1], W_p^p of sorted samples.
torch::Tensor power_of_sorted(const torch::Tensor& a, const torch::Tensor& b, double p) {
  const std::int64_t n = a.size(-1), m = b.size(-1);
  if (n == m) return (a - b).abs().pow(p).mean(-1);
  // Both quantile functions are steps; between neighbouring steps of either, both are constant.
  std::vector<std::int64_t> of_a, of_b;
  std::vector<double> shares;
  for (std::int64_t i = 0, j = 0; i < n && j < m;) {
    const std::int64_t begin = std::max(i * m, j * n);
    const std::int64_t end = std::min((i + 1) * m, (j + 1) * n);  // in units of 1 / (n m)
    of_a.push_back(i);
    of_b.push_back(j);
    shares.push_back(static_cast<double>(end - begin) / static_cast<double>(n * m));
    if (end == (i + 1) * m) ++i;
    if (end == (j + 1) * n) ++j;
  }
  const auto index = [&](const std::vector<std::int64_t>& values) {
    return torch::tensor(values, torch::kInt64).to(a.device());
  };
  const torch::Tensor weights =
      torch::tensor(shares, torch::kFloat64).to(a.device(), a.scalar_type());
  const torch::Tensor difference =
      a.index_select(-1, index(of_a)) - b.index_select(-1, index(of_b));
  return (difference.abs().pow(p) * weights).sum(-1);
}

torch::Tensor sorted(const torch::Tensor& values) {
  return std::get<0>(values.sort(-1));
}

}  // namespace

torch::Tensor wasserstein_1d(const torch::Tensor& a, const torch::Tensor& b, double p) {
  return power_of_sorted(sorted(a), sorted(b), p).clamp_min(kSmallest).pow(1 / p);
}

torch::Tensor sliced_wasserstein(const torch::Tensor& a, const torch::Tensor& b,
                                 const torch::Tensor& directions, double p) {
  // [B, k, n]: samples last, where they are sorted.
  const torch::Tensor of_a = sorted(torch::matmul(a, directions).transpose(1, 2));
  const torch::Tensor of_b = sorted(torch::matmul(b, directions).transpose(1, 2));
  return power_of_sorted(of_a, of_b, p).mean(1).clamp_min(kSmallest).pow(1 / p);
}

torch::Tensor random_directions(std::int64_t d, std::int64_t k, torch::Generator generator) {
  const torch::Tensor normal = torch::randn({d, k}, generator, torch::kFloat32);
  return normal / normal.norm(2, 0, true).clamp_min(kSmallest);
}

torch::Tensor channel_patterns(const torch::Tensor& map, std::int64_t grid) {
  const torch::Tensor patterns = torch::adaptive_avg_pool2d(map, {grid, grid}).flatten(2);
  const torch::Tensor energy = patterns.square().mean(torch::IntArrayRef({1, 2}), true);
  return patterns / (energy + kSmallest).sqrt();
}

}  // namespace thoraxlite
