#include "lungs/lung_augment.h"

#include <torch/torch.h>

#include <cmath>

namespace thoraxlite {
namespace F = torch::nn::functional;

std::pair<torch::Tensor, torch::Tensor> augment_lungs(const torch::Tensor& films,
                                                      const torch::Tensor& masks,
                                                      torch::Generator generator) {
  const std::int64_t batch = films.size(0);
  const auto uniform = [&](double low, double high) {
    return torch::rand({batch}, generator).mul_(high - low).add_(low);
  };
  const auto chosen = [&](double share) {
    return torch::rand({batch}, generator).lt(share).to(torch::kFloat32);
  };
  const auto per_film = [&](const torch::Tensor& values) { return values.view({batch, 1, 1, 1}); };

  const double turn = 14 * M_PI / 180;
  const torch::Tensor angle = uniform(-turn, turn), scale = 1 + uniform(-0.25, 0.25),
                      mirror = 1 - 2 * chosen(0.5);
  // affine_grid's coordinates span 2 a side.
  const torch::Tensor shift_x = uniform(-0.3, 0.3), shift_y = uniform(-0.3, 0.3);
  const torch::Tensor theta =
      torch::stack({torch::stack({mirror * scale * angle.cos(), -scale * angle.sin(), shift_x}, 1),
                    torch::stack({mirror * scale * angle.sin(), scale * angle.cos(), shift_y}, 1)},
                   1);
  const torch::Tensor grid = F::affine_grid(theta, films.sizes().vec(), /*align_corners=*/false);
  const auto sampled = F::GridSampleFuncOptions().mode(torch::kBilinear).align_corners(false);
  torch::Tensor film =
      F::grid_sample(films, grid, F::GridSampleFuncOptions(sampled).padding_mode(torch::kBorder));
  const torch::Tensor mask =
      F::grid_sample(masks, grid, F::GridSampleFuncOptions(sampled).padding_mode(torch::kZeros));

  const torch::Tensor gamma = (uniform(-0.6, 0.6) * chosen(0.7)).exp();
  film = film.clamp(0, 1).pow(per_film(gamma));
  const torch::Tensor contrast = 1 + uniform(-0.3, 0.3) * chosen(0.7);
  const torch::Tensor brightness = uniform(-0.15, 0.15) * chosen(0.7);
  film = ((film - 0.5) * per_film(contrast) + 0.5 + per_film(brightness)).clamp(0, 1);
  const torch::Tensor blurred =
      F::avg_pool2d(F::pad(film, F::PadFuncOptions({1, 1, 1, 1}).mode(torch::kReplicate)),
                    F::AvgPool2dFuncOptions(3).stride(1));
  film = torch::lerp(film, blurred, per_film(uniform(0, 1) * chosen(0.3)));
  const torch::Tensor noise = uniform(0, 0.04) * chosen(0.5);
  film = film + per_film(noise) * torch::randn(film.sizes(), generator);
  return {film.clamp(0, 1), mask};
}

}  // namespace thoraxlite
