// The images of a split: decoded once and kept in memory as bytes, or, where they are too many, as
// files to decode when they are needed (batch_reader.h reads both alike).
#pragma once

#include <torch/types.h>

#include <cstdint>
#include <filesystem>
#include <string>
#include <vector>

#include "data/sample.h"

namespace thoraxlite {

struct ImageSet {
  std::vector<std::string> labels;
  bool exclusive = true;
  int side = 0;                              // pixels, both ways
  torch::Tensor pixels;                      // uint8 [N, 1, side, side], 0 black .. 255 white;
                                             // undefined where the set streams
  std::vector<std::filesystem::path> files;  // [N] where the set streams, else empty
  torch::Tensor targets;                     // float32 [N, labels]: 1, 0 or kUnknown
  std::vector<std::string> sources;          // [N]
  std::vector<std::string> patients = {};    // [N], empty texts where unknown; or nothing
  std::vector<Sample> about = {};            // [N], what the list says of each, without targets

  std::int64_t size() const { return targets.size(0); }
  bool streams() const { return !pixels.defined(); }
};

// Decodes into memory with every core. An image that cannot be read is one line on standard error
// and is left out; more than one in a hundred, and it throws std::runtime_error.
ImageSet decode_images(const SampleList& list, int size);

// Reads no file: pixels are decoded batch by batch.
ImageSet stream_images(SampleList list, int size);

inline constexpr const char* kPhantomLabels[] = {"normal", "lobar", "diffuse"};

// `count` drawn chest phantoms (native/data/phantom.h) of equal shares of each label.
// Another split or seed gives other phantoms.
ImageSet draw_phantoms(std::int64_t count, int size, Split split, std::uint64_t seed);

inline constexpr const char* kMultiLabelPhantomLabels[] = {"lobar", "diffuse"};

// The same with each opacity in every other phantom, independently: a quarter has neither, a
// quarter both.
ImageSet draw_multi_label_phantoms(std::int64_t count, int size, Split split, std::uint64_t seed);

// pixels [B, 1, size, size] uint8 to float32 in [0, 1]
torch::Tensor to_unit_range(const torch::Tensor& pixels);

}  // namespace thoraxlite
