// 3x3 by Winograd's F(4x4, 3x3); kernels.h has the method. Part of kernels.cpp.
//
// For some tiles at a time, so that everything stays in the cache:
//   inputs    [36, in / kPanel, tiles, kPanel]   the transformed input of all channels
//   products  [36, tiles, kChannelTile]          of one panel of output channels after the other
// A panel of input channels keeps what one micro-tile reads side by side, at fixed distances.
#pragma once

#include "core/engine/simd/block_output.h"
#include "core/engine/simd/stem_kernel.h"

namespace thoraxlite {
namespace {

constexpr int kPoints2d = 36;
constexpr int kPanel = kLanes < 8 ? 8 : kLanes;
constexpr int kGroupsAtOnce = kMicroRows < 6 ? 5 : kMicroRows < 14 ? 3 : 2;
constexpr int kTilesAtOnce = kGroupsAtOnce * kMicroRows;

// The 36 values of a tile lie at one distance; the extra floats keep that from being a multiple of
// what a cache set spans.
constexpr std::size_t kSpread = 16;
constexpr std::size_t kProductsStride = kTilesAtOnce * kChannelTile + kSpread;

inline std::size_t inputs_stride(int in_channels) {
  return static_cast<std::size_t>(in_channels) * kTilesAtOnce + kSpread;
}

// Input transform of F(4, 3).
inline void points_of_6_inputs(const Vec* d, Vec* t) {
  const Vec two = splat(2);
  const Vec minus_four = splat(-4);
  const Vec minus_five = splat(-5);
  const Vec four = splat(4);
  const Vec even = multiply_add(minus_four, d[2], d[4]);
  const Vec odd = multiply_add(minus_four, d[1], d[3]);
  const Vec difference42 = d[4] - d[2];
  const Vec difference31 = d[3] - d[1];
  t[0] = multiply_add(four, d[0], multiply_add(minus_five, d[2], d[4]));
  t[1] = even + odd;
  t[2] = even - odd;
  t[3] = multiply_add(two, difference31, difference42);
  t[4] = multiply_add(splat(-2), difference31, difference42);
  t[5] = multiply_add(four, d[1], multiply_add(minus_five, d[3], d[5]));
}

void transform_tile(const WinogradBlock& block, int tile, int slot, float* inputs) {
  const int y = 4 * (tile / block.tile_columns);
  const int x = 4 * (tile % block.tile_columns);
  const std::size_t channels = static_cast<std::size_t>(block.in_channels);
  const std::size_t stride = inputs_stride(block.in_channels);
  const float* corner = block.input + y * block.row + x * channels;
  for (std::size_t channel = 0; channel < channels; channel += kLanes) {
    Vec columns[6][6];  // [row of points, column of inputs]
    THORAXLITE_NO_UNROLL
    for (int j = 0; j < 6; ++j) {
      Vec d[6];
      Vec t[6];
      THORAXLITE_UNROLL
      for (int i = 0; i < 6; ++i) d[i] = load(corner + i * block.row + j * channels + channel);
      points_of_6_inputs(d, t);
      THORAXLITE_UNROLL
      for (int i = 0; i < 6; ++i) columns[i][j] = t[i];
    }
    float* to = inputs + channel / kPanel * (kTilesAtOnce * kPanel) +
                static_cast<std::size_t>(slot) * kPanel + channel % kPanel;
    THORAXLITE_NO_UNROLL
    for (int i = 0; i < 6; ++i) {
      Vec t[6];
      points_of_6_inputs(columns[i], t);
      THORAXLITE_UNROLL
      for (int j = 0; j < 6; ++j) store(to + (6 * i + j) * stride, t[j]);
    }
  }
}

// [groups * kMicroRows, in] by [in, kChannelTile].
//
// One channel a step, in a function of its own: V8 keeps all sums in registers only in a loop whose
// body is one step, and the fewer values live around it, the better.
[[gnu::noinline]] void multiply(const float* inputs, const float* weights, int in_channels,
                                int groups, float* products) {
  for (int group = 0; group < groups; ++group) {
    Vec sums[kMicroRows][2];
    THORAXLITE_UNROLL
    for (int row = 0; row < kMicroRows; ++row) sums[row][0] = sums[row][1] = splat(0);
    const float* input = inputs;
    const float* weight = weights;
    for (int panel = 0; panel < in_channels; panel += kPanel) {
      THORAXLITE_NO_UNROLL
      for (int channel = 0; channel < kPanel; ++channel) {
        const Vec weight0 = load(weight);
        const Vec weight1 = load(weight + kLanes);
        THORAXLITE_UNROLL
        for (int row = 0; row < kMicroRows; ++row) {
          const Vec value = splat(input[row * kPanel]);
          sums[row][0] = multiply_add(value, weight0, sums[row][0]);
          sums[row][1] = multiply_add(value, weight1, sums[row][1]);
        }
        ++input;
        weight += kChannelTile;
      }
      input += (kTilesAtOnce - 1) * kPanel;
    }
    THORAXLITE_UNROLL
    for (int row = 0; row < kMicroRows; ++row) {
      store(products + row * kChannelTile, sums[row][0]);
      store(products + row * kChannelTile + kLanes, sums[row][1]);
    }
    inputs += kMicroRows * kPanel;
    products += kMicroRows * kChannelTile;
  }
}

void finish_tile(const WinogradBlock& block, int tile, int channel, const float* products) {
  THORAXLITE_NO_UNROLL
  for (int half = 0; half < kChannelTile; half += kLanes) {
    Vec columns[4][6];  // [row of outputs, column of points]
    THORAXLITE_NO_UNROLL
    for (int j = 0; j < 6; ++j) {
      Vec m[6];
      Vec y[4];
      THORAXLITE_UNROLL
      for (int i = 0; i < 6; ++i) m[i] = load(products + (6 * i + j) * kProductsStride + half);
      outputs_of_6_points(m, y);
      THORAXLITE_UNROLL
      for (int i = 0; i < 4; ++i) columns[i][j] = y[i];
    }
    THORAXLITE_NO_UNROLL
    for (int i = 0; i < 4; i += 2) {
      Vec top[4];
      Vec bottom[4];
      outputs_of_6_points(columns[i], top);
      outputs_of_6_points(columns[i + 1], bottom);
      finish(block.output, 4 * (tile / block.tile_columns) + i, 4 * (tile % block.tile_columns),
             channel + half, top, bottom);
    }
  }
}

void run_winograd(const WinogradBlock& block, int first_group, int last_group, float* scratch) {
  const int first = first_group * kMicroRows;
  const int all = block.tile_rows * block.tile_columns;
  const int last = last_group * kMicroRows < all ? last_group * kMicroRows : all;
  const std::size_t stride = inputs_stride(block.in_channels);
  float* inputs = scratch;
  float* products = scratch + kPoints2d * stride;
  for (int tile = first; tile < last; ++tile) transform_tile(block, tile, tile - first, inputs);

  const float* weights = block.weights;
  for (int channel = 0; channel < block.output.channels; channel += kChannelTile) {
    for (int point = 0; point < kPoints2d; ++point) {
      multiply(inputs + point * stride, weights, block.in_channels, last_group - first_group,
               products + point * kProductsStride);
      weights += block.in_channels * kChannelTile;
    }
    for (int tile = first; tile < last; ++tile) {
      finish_tile(block, tile, channel, products + (tile - first) * kChannelTile);
    }
  }
}

std::size_t winograd_scratch(int in_channels) {
  return kPoints2d * (inputs_stride(in_channels) + kProductsStride);
}

}  // namespace
}  // namespace thoraxlite
