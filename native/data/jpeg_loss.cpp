#include "data/jpeg_loss.h"

#include <torch/torch.h>

#include <cmath>

namespace thoraxlite {
namespace {

namespace F = torch::nn::functional;

constexpr std::int64_t kSide = 8;

constexpr float kLuminance[] = {
    16, 11, 10, 16, 24,  40,  51,  61,   //
    12, 12, 14, 19, 26,  58,  60,  55,   //
    14, 13, 16, 24, 40,  57,  69,  56,   //
    14, 17, 22, 29, 51,  87,  80,  62,   //
    18, 22, 37, 56, 68,  109, 103, 77,   //
    24, 35, 55, 64, 81,  104, 113, 92,   //
    49, 64, 78, 87, 103, 121, 120, 101,  //
    72, 92, 95, 98, 112, 100, 103, 99,
};

// float32 [64, 1, 8, 8]: the patterns of the transform, of length 1 and at right angles to each
// other, in the table's order. So the same patterns also lead back.
torch::Tensor patterns() {
  const torch::Tensor place = torch::arange(kSide, torch::kFloat64);
  torch::Tensor waves = ((2 * place + 1).view({1, kSide}) * place.view({kSide, 1}) *
                         (M_PI / (2 * static_cast<double>(kSide))))
                            .cos() *
                        0.5;
  waves[0] *= std::sqrt(0.5);
  const torch::Tensor down = waves.view({kSide, 1, kSide, 1}),
                      across = waves.view({1, kSide, 1, kSide});
  return (down * across).to(torch::kFloat32).reshape({kSide * kSide, 1, kSide, kSide});
}

// float32 [B, 64, 1, 1]
torch::Tensor steps(const torch::Tensor& quality) {
  const torch::Tensor whole = quality.round().view({-1, 1, 1, 1});
  const torch::Tensor percent = torch::where(whole < 50, (5000 / whole).floor(), 200 - 2 * whole);
  const torch::Tensor table = torch::tensor(torch::ArrayRef<float>(kLuminance)).view({1, -1, 1, 1});
  return ((table * percent + 50) / 100).floor().clamp(1, 255);
}

}  // namespace

// Own code, since libjpeg would take an image at a time, through bytes on the CPU.
torch::Tensor jpeg_loss(const torch::Tensor& images, const torch::Tensor& quality) {
  const std::int64_t height = images.size(2), width = images.size(3);
  const auto missing = [](std::int64_t side) { return (kSide - side % kSide) % kSide; };
  torch::Tensor grey = (images * 255).round() - 128;
  if (missing(width) + missing(height) > 0) {
    grey = F::pad(
        grey, F::PadFuncOptions({0, missing(width), 0, missing(height)}).mode(torch::kReplicate));
  }
  const torch::Tensor pattern = patterns().to(images.device());
  const torch::Tensor step = steps(quality).to(images.device());
  const torch::Tensor kept = (torch::conv2d(grey, pattern, {}, kSide) / step).round() * step;
  // conv_transpose2d would do, but takes ten times as long on a CPU.
  const torch::Tensor inverse = pattern.view({kSide * kSide, kSide * kSide, 1, 1}).transpose(0, 1);
  const torch::Tensor back = torch::pixel_shuffle(torch::conv2d(kept, inverse), kSide);
  return (back + 128).round().clamp(0, 255).narrow(2, 0, height).narrow(3, 0, width) / 255;
}

}  // namespace thoraxlite
