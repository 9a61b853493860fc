// forward: what a network makes of a batch, for comparison with other programs.
#pragma once

#include <cstdint>
#include <filesystem>
#include <string>
#include <vector>

namespace thoraxlite {

struct ForwardOptions {
  std::string architecture;
  std::vector<std::filesystem::path> init;  // as load_pretrained takes them
  std::filesystem::path input;              // safetensors: input, float32 [B, 1 or 3, H, W]
  std::filesystem::path output;             // safetensors: logits and every feature map
  std::int64_t labels = 1000;
};

// The images are taken as they are, normalised; the network is in evaluation mode. Throws
// std::runtime_error with one sentence.
void forward_images(const ForwardOptions& options);

}  // namespace thoraxlite
