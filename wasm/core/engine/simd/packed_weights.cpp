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

std::vector<float> pack_winograd(const std::vector<float>& weight, int in_channels,
                                 int out_channels, int channel_tile) {
  const ToomCook matrices = toom_cook_3_taps();
  const double* g = matrices.weights.data();  // [6, 3]
  std::vector<float> packed;
  packed.reserve(static_cast<std::size_t>(in_channels) * out_channels * 36);
  for (int panel = 0; panel < out_channels; panel += channel_tile) {
    for (int i = 0; i < 6; ++i) {
      for (int j = 0; j < 6; ++j) {
        for (int in = 0; in < in_channels; ++in) {
          for (int out = panel; out < panel + channel_tile; ++out) {
            const float* kernel =
                weight.data() + (static_cast<std::size_t>(out) * in_channels + in) * 9;
            double sum = 0;
            for (int y = 0; y < 3; ++y) {
              for (int x = 0; x < 3; ++x) sum += g[3 * i + y] * g[3 * j + x] * kernel[3 * y + x];
            }
            packed.push_back(static_cast<float>(sum));
          }
        }
      }
    }
  }
  return packed;
}

}  // namespace thoraxlite
