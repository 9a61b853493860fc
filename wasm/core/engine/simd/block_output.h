// The end of every block: bias, ReLU, 2x2 max-pool. Part of kernels.cpp.
#pragma once

#include "core/engine/simd/kernels.h"
#include "core/engine/simd/vector.h"

namespace thoraxlite {
namespace {

// Of two rows, each four outputs wide, at even row and column. Bias and ReLU come after the
// maximum, which gives the same floats as before it, since rounding keeps order.
inline void finish(const BlockOutput& output, int row, int column, int channel, const Vec* top,
                   const Vec* bottom) {
  const Vec zero = splat(0);
  const Vec bias = load(output.bias + channel);
  const int pooled_y = row / 2;
  const int pooled_x = column / 2;
  if (pooled_y < output.pooled_height) {
    float* pooled = output.pooled + static_cast<std::size_t>(pooled_y) * output.pooled_row +
                    static_cast<std::size_t>(pooled_x) * output.channels + channel;
    for (int i = 0; i < 2; ++i) {
      if (pooled_x + i >= output.pooled_width) break;
      const Vec most =
          larger(larger(top[2 * i], top[2 * i + 1]), larger(bottom[2 * i], bottom[2 * i + 1]));
      store(pooled + i * output.channels, larger(most + bias, zero));
    }
  }
  if (output.unpooled == nullptr) return;
  for (int y = 0; y < 2 && row + y < output.height; ++y) {
    const Vec* values = y == 0 ? top : bottom;
    for (int x = 0; x < 4 && column + x < output.width; ++x) {
      const std::size_t position = static_cast<std::size_t>(row + y) * output.width + column + x;
      store(output.unpooled + position * output.channels + channel, larger(values[x] + bias, zero));
    }
  }
}

// Output transform of F(4, 3), points 0, 1, -1, 2, -2 and infinity: row i has every point's i-th
// power.
inline void outputs_of_6_points(const Vec* m, Vec* y) {
  const Vec sum1 = m[1] + m[2];
  const Vec difference1 = m[1] - m[2];
  const Vec sum2 = m[3] + m[4];
  const Vec difference2 = m[3] - m[4];
  y[0] = m[0] + sum1 + sum2;
  y[1] = multiply_add(splat(2), difference2, difference1);
  y[2] = multiply_add(splat(4), sum2, sum1);
  y[3] = multiply_add(splat(8), difference2, difference1 + m[5]);
}

// The same of F(4, 5), points 0, 1, -1, 2, -2, 1/2, -1/2 and infinity.
inline void outputs_of_8_points(const Vec* m, Vec* y) {
  const Vec sum1 = m[1] + m[2];
  const Vec difference1 = m[1] - m[2];
  const Vec sum2 = m[3] + m[4];
  const Vec difference2 = m[3] - m[4];
  const Vec sum3 = m[5] + m[6];
  const Vec difference3 = m[5] - m[6];
  y[0] = (m[0] + sum1) + (sum2 + sum3);
  y[1] = multiply_add(splat(0.5f), difference3, multiply_add(splat(2), difference2, difference1));
  y[2] = multiply_add(splat(0.25f), sum3, multiply_add(splat(4), sum2, sum1));
  y[3] = multiply_add(splat(0.125f), difference3,
                      multiply_add(splat(8), difference2, difference1 + m[7]));
}

}  // namespace
}  // namespace thoraxlite
