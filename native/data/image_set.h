// Images in memory as bytes, decoded once, by the very code that prepares a film for screening.
#pragma once

#include <torch/types.h>

#include <cstdint>
#include <string>
#include <vector>

#include "data/sample.h"

namespace thoraxlite {

struct ImageSet {
  std::vector<std::string> labels;
  bool exclusive = true;
  torch::Tensor pixels;              // uint8 [N, 1, size, size], 0 black .. 255 white
  torch::Tensor targets;             // float32 [N, labels]
  std::vector<std::string> sources;  // [N]

  std::int64_t size() const { return targets.size(0); }
};

// Decodes with every core. An image that cannot be read is one line on standard error and is left
// out; more than one in a hundred, and it throws std::runtime_error.
ImageSet decode_images(const SampleList& list, int size);

inline constexpr const char* kPhantomLabels[] = {"normal", "lobar", "diffuse"};

// `count` drawn chest phantoms (native/data/phantom.h) of equal shares of each label.
// Another split or seed gives other phantoms.
ImageSet draw_phantoms(std::int64_t count, int size, Split split, std::uint64_t seed);

// pixels [B, 1, size, size] uint8 to float32 in [0, 1]
torch::Tensor to_unit_range(const torch::Tensor& pixels);

}  // namespace thoraxlite
