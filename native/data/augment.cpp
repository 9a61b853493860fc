#include "data/augment.h"

#include <torch/torch.h>

#include <cmath>
#include <stdexcept>

#include "data/fit.h"
#include "data/jpeg_loss.h"

namespace thoraxlite {
namespace F = torch::nn::functional;

namespace {

// Square images, each shrunk by its factor and stretched again.
torch::Tensor soften(const torch::Tensor& images, const torch::Tensor& factors) {
  const std::int64_t side = images.size(3);
  const auto stretched = F::InterpolateFuncOptions()
                             .size(std::vector<std::int64_t>{side, side})
                             .mode(torch::kBilinear)
                             .align_corners(false);
  std::vector<torch::Tensor> soft;
  for (std::int64_t i = 0; i < images.size(0); ++i) {
    const double smaller = static_cast<double>(side) / factors[i].item<double>();
    soft.push_back(F::interpolate(fit(images.narrow(0, i, 1), std::llround(smaller)), stretched));
  }
  return torch::cat(soft);
}

}  // namespace

Augmentation augmentation_of(const std::string& name, double probability) {
  Augmentation augmentation;
  augmentation.probability = probability;
  if (name == "usual") return augmentation;
  if (name != "strong") {
    throw std::runtime_error("augment '" + name + "' is not known; expected usual or strong");
  }
  augmentation.scale = 0.25;
  augmentation.gamma = 0.6;
  augmentation.mirror = true;
  augmentation.softness = 2;
  augmentation.noise = 0.04;
  augmentation.lowest_quality = 25;
  return augmentation;
}

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
  result = torch::lerp(result, blurred, per_image(blend)).clamp(0.0, 1.0);

  // Changes the images that are drawn for it alone, by change(images, which of the batch).
  const auto change_some = [&](const torch::Tensor& drawn, const auto& change) {
    const torch::Tensor which = drawn.nonzero().flatten();
    if (which.numel() == 0) return;
    const torch::Tensor there = which.to(images.device());
    result.index_copy_(0, there, change(result.index_select(0, there), which));
  };
  if (augmentation.mirror) {
    on = chosen();
    change_some(on * uniform(0, 1).lt(0.5),
                [](const torch::Tensor& some, const torch::Tensor&) { return some.flip(3); });
  }
  if (augmentation.softness > 1) {
    const torch::Tensor factors = uniform(1, augmentation.softness);
    change_some(chosen(), [&](const torch::Tensor& some, const torch::Tensor& which) {
      return soften(some, factors.index_select(0, which));
    });
  }
  if (augmentation.noise > 0) {
    const torch::Tensor deviations = uniform(0, augmentation.noise).view({batch, 1, 1, 1});
    change_some(chosen(), [&](const torch::Tensor& some, const torch::Tensor& which) {
      const torch::Tensor noise =
          torch::randn(some.sizes(), generator).mul_(deviations.index_select(0, which));
      return (some + noise.to(some.device())).clamp_(0.0, 1.0);
    });
  }
  if (augmentation.lowest_quality > 0) {
    const torch::Tensor qualities = uniform(augmentation.lowest_quality, kHighestQuality);
    change_some(chosen(), [&](const torch::Tensor& some, const torch::Tensor& which) {
      return jpeg_loss(some, qualities.index_select(0, which));
    });
  }
  return result;
}

}  // namespace thoraxlite
