// forward: what a network makes of a batch, for comparison with other programs.
#pragma once

#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <vector>

namespace thoraxlite {

struct ForwardOptions {
  std::string architecture;  // empty: of the run
  std::vector<std::filesystem::path>
      init;                            // a run's folder, or files as load_pretrained takes them
  std::filesystem::path input;         // safetensors: input, float32 [B, 1 or 3, H, W]
  std::filesystem::path output;        // safetensors: logits and every feature map
  std::optional<std::int64_t> labels;  // of files; else 1000
  std::optional<std::int64_t> stride, hidden;  // of a student's files, which do not say the stride
};

// The images are taken as they are, so they come normalised; the network is in evaluation mode.
// Throws std::runtime_error with one sentence.
void forward_images(const ForwardOptions& options);

}  // namespace thoraxlite
