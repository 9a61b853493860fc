// Tensors by name from a file that Python wrote with torch.save(model.state_dict(), file).
#pragma once

#include <torch/types.h>

#include <filesystem>
#include <map>
#include <string>

namespace thoraxlite {

using TensorsByName = std::map<std::string, torch::Tensor>;

// Both formats of torch.save: the zip archive, and the stream from before PyTorch 1.6 in which many
// published weights still come. Tensors lie on the CPU, contiguous, in the file's element type
// (float16, bfloat16, float32, float64, int64). Throws std::runtime_error naming the file: neither
// format, a TorchScript archive, a whole model or a checkpoint with other things in it rather than
// a state_dict, an unknown element type, tensors that leave their storage, bytes that end early.
TensorsByName read_state_dict(const std::filesystem::path& file);

}  // namespace thoraxlite
