#include "core/engine/simd/packed_weights.h"

#include <cstddef>

namespace thoraxlite {
namespace {

constexpr int kStemKernel = 5;

}  // namespace

ToomCook toom_cook_3_taps() {
  return toom_cook({0, 1, -1, 2, -2}, 3);
}

ToomCook toom_cook_5_taps() {
  return toom_cook({0, 1, -1, 2, -2, 0.5, -0.5}, 5);
}

ToomCook toom_cook_stem(int stride) {
  return stride == 1 ? toom_cook_5_taps() : toom_cook_3_taps();
}

std::vector<float> pack_stem(const std::vector<float>& weight, int channels, int stride,
                             int channel_tile) {
  const ToomCook matrices = toom_cook_stem(stride);
  std::vector<float> packed;
  for (int panel = 0; panel < channels; panel += channel_tile) {
    for (int point = 0; point < matrices.points; ++point) {
      for (int phase = 0; phase < stride; ++phase) {
        for (int row = 0; row < kStemKernel; ++row) {
          for (int channel = panel; channel < panel + channel_tile; ++channel) {
            const float* kernel_row =
                weight.data() +
                (static_cast<std::size_t>(channel) * kStemKernel + row) * kStemKernel;
            double sum = 0;
            for (int tap = 0; tap < matrices.taps; ++tap) {
              const int column = stride * tap + phase;
              if (column >= kStemKernel) continue;
              sum += matrices.weights[static_cast<std::size_t>(point * matrices.taps + tap)] *
                     kernel_row[column];
            }
            packed.push_back(static_cast<float>(sum));
          }
        }
      }
    }
  }
  return packed;
}

// G g G^T of each kernel g, rows first, so that a sum has three terms and not nine.
std::vector<float> pack_winograd(const std::vector<float>& weight, int in_channels,
                                 int out_channels, int channel_tile) {
  const ToomCook matrices = toom_cook_3_taps();
  const double* g = matrices.weights.data();  // [6, 3]
  const std::size_t point_stride = static_cast<std::size_t>(in_channels) * channel_tile;
  std::vector<float> packed(static_cast<std::size_t>(in_channels) * out_channels * 36);
  const float* kernel = weight.data();
  for (int out = 0; out < out_channels; ++out) {
    float* to = packed.data() + out / channel_tile * 36 * point_stride + out % channel_tile;
    for (int in = 0; in < in_channels; ++in, kernel += 9, to += channel_tile) {
      float* point = to;
      for (int i = 0; i < 6; ++i) {
        double row[3];
        for (int x = 0; x < 3; ++x) {
          row[x] =
              g[3 * i] * kernel[x] + g[3 * i + 1] * kernel[3 + x] + g[3 * i + 2] * kernel[6 + x];
        }
        for (int j = 0; j < 6; ++j, point += point_stride) {
          *point =
              static_cast<float>(row[0] * g[3 * j] + row[1] * g[3 * j + 1] + row[2] * g[3 * j + 2]);
        }
      }
    }
  }
  return packed;
}

}  // namespace thoraxlite
