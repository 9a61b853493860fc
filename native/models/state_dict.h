// Tensors by name from a file that Python wrote with torch.save.
#pragma once

#include <torch/types.h>

#include <filesystem>
#include <map>
#include <string>

namespace thoraxlite {

using TensorsByName = std::map<std::string, torch::Tensor>;

// Both formats of torch.save: the zip archive, and the stream from before PyTorch 1.6 in which many
// published weights still come. A state_dict may lie inside a checkpoint, and a whole module is
// read as its parameters and buffers (saved_tensors.h); standard error says which. Tensors lie on
// the CPU, contiguous, in the file's element type. Throws std::runtime_error naming the file:
// neither format, a TorchScript archive, nothing that holds a network's tensors, an unknown element
// type, tensors that leave their storage, bytes that end early.
TensorsByName read_state_dict(const std::filesystem::path& file);

}  // namespace thoraxlite
