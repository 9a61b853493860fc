// Any convolution by its definition; kernels.h has the contract. Part of kernels.cpp.
//
// For some positions at a time: inputs [patch / kPanel, kTilesAtOnce, kPanel], each position's
// window, then the matrix product of winograd_kernel.h. Windows are read through a shift and from
// several maps, so an upsampled or a joined map never exists; and they are copied once for all
// output channels.
#pragma once

#include "core/engine/simd/winograd_kernel.h"

namespace thoraxlite {
namespace {

// inputs: of this position.
inline void read_patch(const PatchBlock& block, int position, float* inputs) {
  const int top = position / block.output_width * block.stride - block.padding;
  const int left = position % block.output_width * block.stride - block.padding;
  float* panel = inputs;
  int next = 0;  // in the panel
  const auto put = [&](float value) {
    panel[next] = value;
    if (++next == kPanel) {
      next = 0;
      panel += kTilesAtOnce * kPanel;
    }
  };
  for (const MapPart* part = block.parts; part != block.parts + block.part_count; ++part) {
    const int channels = part->channels;
    for (int y = top; y < top + block.kernel; ++y) {
      for (int x = left; x < left + block.kernel; ++x) {
        const float* from = block.zeros;
        if (y >= 0 && y < block.height && x >= 0 && x < block.width) {
          const std::size_t row = static_cast<std::size_t>(y >> part->shift) * part->width;
          from = part->values + (row + (x >> part->shift)) * channels;
        }
        int channel = 0;
        if (next == 0) {
          THORAXLITE_NO_UNROLL
          for (; channel + kPanel <= channels; channel += kPanel) {
            THORAXLITE_UNROLL
            for (int i = 0; i < kPanel; i += kLanes) store(panel + i, load(from + channel + i));
            panel += kTilesAtOnce * kPanel;
          }
        }
        THORAXLITE_NO_UNROLL
        for (; channel < channels; ++channel) put(from[channel]);
      }
    }
    while (next != 0) put(0);
  }
}

void run_patches(const PatchBlock& block, int first_group, int last_group, float* scratch) {
  const int first = first_group * kMicroRows;
  const int all = block.output_height * block.output_width;
  const int last = last_group * kMicroRows < all ? last_group * kMicroRows : all;
  float* products = scratch;
  float* inputs = scratch + kTilesAtOnce * kChannelTile;
  for (int position = first; position < last; ++position) {
    read_patch(block, position, inputs + (position - first) * kPanel);
  }

  const std::size_t channels = static_cast<std::size_t>(block.channels);
  const float* weights = block.weights;
  for (std::size_t panel = 0; panel < channels; panel += kChannelTile) {
    multiply(inputs, weights, block.patch, last_group - first_group, products);
    weights += static_cast<std::size_t>(block.patch) * kChannelTile;
    for (std::size_t half = 0; half < kChannelTile && panel + half < channels; half += kLanes) {
      const std::size_t channel = panel + half;
      const Vec bias = load(block.bias + channel);
      const float* product = products + half;
      float* to = block.output + static_cast<std::size_t>(first) * channels + channel;
      for (int position = first; position < last; ++position) {
        const Vec value = larger(load(product) + bias, splat(block.least));
        if (channel + kLanes <= channels) {
          store(to, value);
        } else {
          float values[kLanes];
          store(values, value);
          for (std::size_t i = 0; i < channels - channel; ++i) to[i] = values[i];
        }
        product += kChannelTile;
        to += channels;
      }
    }
  }
}

std::size_t patch_scratch(int patch) {
  return kTilesAtOnce * (static_cast<std::size_t>(patch) + kChannelTile);
}

}  // namespace
}  // namespace thoraxlite
