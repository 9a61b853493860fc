// 5x5 on one channel; kernels.h has the method. Part of kernels.cpp.
#pragma once

#include "core/engine/simd/block_output.h"

namespace thoraxlite {
namespace {

constexpr int kStemTiles = kMicroRows / 2;  // each gives rows of two outputs, to be pooled
constexpr int kChannelTile = 2 * kLanes;
constexpr int kStemTaps = 5;
constexpr int kMaxStemPoints = 8;

template <int kStride>
constexpr int kStemPoints = kStride == 1 ? 8 : 6;

template <int kStride>
void transform_stem_tile(const StemBlock& block, int tile_column) {
  constexpr int kPoints = kStemPoints<kStride>;
  const std::size_t rows = static_cast<std::size_t>(block.rows);
  float* transformed = block.transformed + tile_column * (kPoints * kStride * rows);
  for (std::size_t row = 0; row < rows; row += kLanes) {
    for (int phase = 0; phase < kStride; ++phase) {
      const float* first = block.input + row * block.row + 4 * kStride * tile_column + phase;
      Vec values[kPoints];
      THORAXLITE_NO_UNROLL
      for (int j = 0; j < kPoints; ++j) {
        float column[kLanes];
        for (int i = 0; i < kLanes; ++i) column[i] = first[i * block.row + kStride * j];
        values[j] = load(column);
      }
      THORAXLITE_NO_UNROLL
      for (int point = 0; point < kPoints; ++point) {
        Vec sum = splat(0);
        for (int j = 0; j < kPoints; ++j) {
          sum = multiply_add(splat(block.input_transform[point * kPoints + j]), values[j], sum);
        }
        store(transformed + (point * kStride + phase) * rows + row, sum);
      }
    }
  }
}

// products: [points, kMicroRows, kChannelTile], the upper rows of all tiles before the lower ones.
template <int kStride>
inline void multiply_stem(const StemBlock& block, int pair, int tile_column, const float* weights,
                          float* products) {
  constexpr int kPoints = kStemPoints<kStride>;
  const std::size_t rows = static_cast<std::size_t>(block.rows);
  const float* inputs[kStemTiles];
  THORAXLITE_UNROLL
  for (int tile = 0; tile < kStemTiles; ++tile) {
    inputs[tile] =
        block.transformed + (tile_column + tile) * (kPoints * kStride * rows) + 2 * kStride * pair;
  }
  for (int point = 0; point < kPoints; ++point) {
    Vec sums[kMicroRows][2];
    THORAXLITE_UNROLL
    for (int row = 0; row < kMicroRows; ++row) sums[row][0] = sums[row][1] = splat(0);
    for (int phase = 0; phase < kStride; ++phase) {
      THORAXLITE_NO_UNROLL
      for (int tap = 0; tap < kStemTaps; ++tap) {
        const Vec weight0 = load(weights + tap * kChannelTile);
        const Vec weight1 = load(weights + tap * kChannelTile + kLanes);
        THORAXLITE_UNROLL
        for (int row = 0; row < kMicroRows; ++row) {
          const int lower = row / kStemTiles;
          const Vec input = splat(inputs[row % kStemTiles][tap + lower * kStride]);
          sums[row][0] = multiply_add(input, weight0, sums[row][0]);
          sums[row][1] = multiply_add(input, weight1, sums[row][1]);
        }
      }
      THORAXLITE_UNROLL
      for (int tile = 0; tile < kStemTiles; ++tile) inputs[tile] += rows;
      weights += kStemTaps * kChannelTile;
    }
    THORAXLITE_UNROLL
    for (int row = 0; row < kMicroRows; ++row) {
      store(products + row * kChannelTile, sums[row][0]);
      store(products + row * kChannelTile + kLanes, sums[row][1]);
    }
    products += kMicroRows * kChannelTile;
  }
}

template <int kStride>
void run_stem_pair(const StemBlock& block, int pair, float* products) {
  constexpr int kPoints = kStemPoints<kStride>;
  for (int tile_column = 0; tile_column < block.tile_columns; tile_column += kStemTiles) {
    for (int channel = 0; channel < block.output.channels; channel += kChannelTile) {
      multiply_stem<kStride>(block, pair, tile_column,
                             block.weights + channel * (kPoints * kStride * kStemTaps), products);
      for (int tile = 0; tile < kStemTiles; ++tile) {
        THORAXLITE_NO_UNROLL
        for (int half = 0; half < kChannelTile; half += kLanes) {
          Vec rows[2][4];
          for (int lower = 0; lower < 2; ++lower) {
            Vec m[kPoints];
            const float* product = products + (lower * kStemTiles + tile) * kChannelTile + half;
            THORAXLITE_UNROLL
            for (int point = 0; point < kPoints; ++point) {
              m[point] = load(product + point * (kMicroRows * kChannelTile));
            }
            if constexpr (kPoints == 8) {
              outputs_of_8_points(m, rows[lower]);
            } else {
              outputs_of_6_points(m, rows[lower]);
            }
          }
          finish(block.output, 2 * pair, 4 * (tile_column + tile), channel + half, rows[0],
                 rows[1]);
        }
      }
    }
  }
}

void transform_stem(const StemBlock& block, int tile_column) {
  block.stride == 1 ? transform_stem_tile<1>(block, tile_column)
                    : transform_stem_tile<2>(block, tile_column);
}

void run_stem(const StemBlock& block, int pair, float* scratch) {
  block.stride == 1 ? run_stem_pair<1>(block, pair, scratch)
                    : run_stem_pair<2>(block, pair, scratch);
}

std::size_t stem_scratch() {
  return kMaxStemPoints * kMicroRows * kChannelTile;
}

}  // namespace
}  // namespace thoraxlite
