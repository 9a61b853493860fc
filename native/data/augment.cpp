#include "data/augment.h"

#include <torch/torch.h>

namespace thoraxlite {
namespace F = torch::nn::functional;

torch::Tensor augment(const torch::Tensor& images, const Augmentation& augmentation,
                      torch::Generator generator) {
  const std::int64_t batch = images.size(0);
  const auto uniform = [&](double low, double high) {
    return torch::rand({batch}, generator).mul_(high - low).add_(low);
  };
  // 1 where the image is changed, else 0.
  const auto chosen = [&] {
    return torch::rand({batch}, generator).lt(augmentation.probability).to(torch::kFloat32);
  };
  const auto per_image = [&](const torch::Tensor& values) {
    return values.to(images.device()).view({batch, 1, 1, 1});
  };

  torch::Tensor on = chosen();
  const double radians = augmentation.rotation * 3.14159265358979323846 / 180.0;
  const torch::Tensor angle = uniform(-radians, radians) * on;
  const torch::Tensor scale = 1.0 + uniform(-augmentation.scale, augmentation.scale) * on;
  // affine_grid's coordinates span 2 a side.
  const torch::Tensor shift_x = uniform(-2 * augmentation.shift, 2 * augmentation.shift) * on;
  const torch::Tensor shift_y = uniform(-2 * augmentation.shift, 2 * augmentation.shift) * on;
  const torch::Tensor theta =
      torch::stack({torch::stack({scale * angle.cos(), -scale * angle.sin(), shift_x}, 1),
                    torch::stack({scale * angle.sin(), scale * angle.cos(), shift_y}, 1)},
                   1);
  const torch::Tensor grid =
      F::affine_grid(theta.to(images.device()), images.sizes().vec(), /*align_corners=*/false);
  torch::Tensor result = F::grid_sample(images, grid,
                                        F::GridSampleFuncOptions()
                                            .mode(torch::kBilinear)
                                            .padding_mode(torch::kBorder)
                                            .align_corners(false));

  on = chosen();
  const torch::Tensor gamma = (uniform(-augmentation.gamma, augmentation.gamma) * on).exp();
  result = result.clamp(0.0, 1.0).pow(per_image(gamma));
  const torch::Tensor contrast = 1.0 + uniform(-augmentation.contrast, augmentation.contrast) * on;
  const torch::Tensor brightness = uniform(-augmentation.brightness, augmentation.brightness) * on;
  result = ((result - 0.5) * per_image(contrast) + 0.5 + per_image(brightness)).clamp(0.0, 1.0);

  const torch::Tensor blend = uniform(-augmentation.blur, augmentation.blur) * chosen();
  const torch::Tensor padded =
      F::pad(result, F::PadFuncOptions({1, 1, 1, 1}).mode(torch::kReplicate));
  const torch::Tensor blurred = F::avg_pool2d(padded, F::AvgPool2dFuncOptions(3).stride(1));
  return torch::lerp(result, blurred, per_image(blend)).clamp(0.0, 1.0);
}

}  // namespace thoraxlite
