// What the simd engine computes with, once an instruction set: two kinds of convolution block, each
// convolution, bias, ReLU and 2x2 max-pool in one go; and any convolution of maps that are joined
// and upsampled while it reads them.
//
// Maps are channels-last. All arithmetic is in float32; README.md in wasm/ has the method.
#pragma once

#include <cstddef>

namespace thoraxlite {

// Where a block's results go.
struct BlockOutput {
  float* pooled = nullptr;     // its position (0, 0)
  std::size_t pooled_row = 0;  // floats from one row to the next
  int pooled_height = 0;
  int pooled_width = 0;
  float* unpooled = nullptr;  // [height, width, channels]; nullptr where nobody wants to see it
  int height = 0;             // of the convolution's output
  int width = 0;
  int channels = 0;
  const float* bias = nullptr;  // [channels]
};

// 5x5 on one channel, stride 1 or 2: one-dimensional Winograd along x, four outputs at once.
// Stride 1 is F(4, 5) at 8 points. Stride 2 is the sum of two convolutions with stride 1, one of
// the even columns with taps 0, 2, 4 and one of the odd columns with taps 1, 3: F(4, 3) at 6
// points, twice (phases).
struct StemBlock {
  int stride = 1;
  int tile_columns = 0;          // of 4 outputs; a multiple of Kernels::stem_tiles
  int rows = 0;                  // of the padded input; a multiple of Kernels::lanes
  const float* input = nullptr;  // [rows, row], zeros around the picture
  std::size_t row = 0;
  const float* input_transform = nullptr;  // [points, points], see toom_cook.h
  float* transformed = nullptr;            // [tile_columns, points, phases, rows]
  const float* weights = nullptr;  // [channels / channel_tile, points, phases, 5, channel_tile]
  BlockOutput output;
};

// 3x3, stride 1, padding 1: two-dimensional Winograd F(4x4, 3x3). 4x4 outputs are a tile, 6x6
// inputs become 36 values in each channel, and the sum over channels is 36 matrix products of
// [tiles, in] by [in, out].
struct WinogradBlock {
  int in_channels = 0;
  int tile_rows = 0;
  int tile_columns = 0;
  const float* input = nullptr;  // [4 tile_rows + 2, row / in_channels, in_channels], zeros around
  std::size_t row = 0;           // floats from one row to the next
  const float* weights = nullptr;  // [out / channel_tile, 36, in, channel_tile]
  BlockOutput output;
};

// A map that gives some of the channels which a convolution reads.
struct MapPart {
  const float* values = nullptr;  // [height >> shift, width, channels]
  int width = 0;                  // its own
  int channels = 0;
  int shift = 0;  // read as 2^shift times as high and wide: every position that often
};

// Any kernel, stride and padding, by the definition: the window around each position becomes a row
// of a matrix, and the sum over it a product of matrices.
struct PatchBlock {
  const MapPart* parts = nullptr;  // their channels in this order
  int part_count = 0;
  int height = 0;  // of what it reads
  int width = 0;
  int kernel = 0;
  int stride = 1;
  int padding = 0;
  const float* zeros = nullptr;  // as many as the part with most channels has
  // Values of a window: of each part kernel * kernel * channels, rounded up to a multiple of
  // Kernels::patch_panel by zeros.
  int patch = 0;
  const float* weights = nullptr;  // [channels / channel_tile rounded up, patch, channel_tile]
  const float* bias = nullptr;     // [channels rounded up]
  float least = 0;                 // of what it gives: 0 is ReLU, -infinity none
  float* output = nullptr;         // [output_height, output_width, channels]
  int output_height = 0;
  int output_width = 0;
  int channels = 0;
};

struct Kernels {
  const char* name;    // of the instruction set
  int lanes;           // floats in a vector
  int channel_tile;    // channels of every map are a multiple of it
  int stem_tiles;      // tile columns of a stem that are computed together
  int group_tiles;     // tiles of a WinogradBlock that are computed together
  int groups_at_once;  // groups whose values fit in a core's cache

  // Transforms the input of one tile column.
  void (*transform_stem)(const StemBlock&, int tile_column);

  // The outputs of conv rows 2 * pair and 2 * pair + 1. scratch: stem_scratch() floats.
  void (*run_stem)(const StemBlock&, int pair, float* scratch);
  std::size_t (*stem_scratch)();

  // The outputs of groups [first, last), counted along rows of tiles; at most groups_at_once.
  void (*run_winograd)(const WinogradBlock&, int first_group, int last_group, float* scratch);
  std::size_t (*winograd_scratch)(int in_channels);

  // The outputs of positions [first_group * patch_rows, last_group * patch_rows) that there are, at
  // most groups_at_once groups. scratch: patch_scratch() floats.
  int patch_rows;
  int patch_panel;
  void (*run_patches)(const PatchBlock&, int first_group, int last_group, float* scratch);
  std::size_t (*patch_scratch)(int patch);
};

}  // namespace thoraxlite
