// The lung field's network: small and U-shaped (Ronneberger et al. 2015), from a film of 112x112 to
// the logits that a place is lung, 56x56.
//
//   down1..down4: conv 3x3, stride 2 (112 -> 56, 28, 14, 7); deep1, deep2: conv 3x3 at 7
//   up3, up2, up1: nearest neighbour x2, concatenated with the map of that size, conv 3x3
//   lungs: conv 1x1 -> 1
//
// Every convolution but the last has batch norm and ReLU.
#pragma once

#include <array>

#include "models/network.h"

namespace thoraxlite {

struct LungNetworkOptions {
  std::array<std::int64_t, 4> channels = {8, 16, 32, 32};  // of down1 to down4
};

class LungNetwork : public Network {
 public:
  explicit LungNetwork(const LungNetworkOptions& options = {});

  // images: [B, 1, H, W], sides that 16 divides; of each film its mean is taken off, and it is
  // divided by its deviation. Logits: [B, 1, H / 2, W / 2].
  ModelOutput forward(const torch::Tensor& images) override;

  struct Block {
    std::string name;
    torch::nn::Conv2d conv{nullptr};
    torch::nn::BatchNorm2d norm{nullptr};
  };
  std::vector<Block> down, deep, up;  // in order of execution
  torch::nn::Conv2d lungs{nullptr};
};

}  // namespace thoraxlite
