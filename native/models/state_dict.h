// Tensors by name from a file that Python wrote with torch.save.
#pragma once

#include <torch/types.h>

#include <filesystem>
#include <map>
#include <string>
#include <vector>

namespace thoraxlite {

using TensorsByName = std::map<std::string, torch::Tensor>;

// Both formats of torch.save: the zip archive, and the stream from before PyTorch 1.6 in which many
// published weights still come. A state_dict may lie inside a checkpoint, and a whole module is
// read as its parameters and buffers (saved_tensors.h); standard error says which. Tensors lie on
// the CPU, contiguous, in the file's element type. Throws std::runtime_error naming the file:
// neither format, a TorchScript archive, nothing that holds a network's tensors, an unknown element
// type, tensors that leave their storage, bytes that end early.
TensorsByName read_state_dict(const std::filesystem::path& file);

// The same with what else the file says of its network (saved_tensors.h).
struct SavedNetwork {
  TensorsByName tensors;
  std::string module;
  std::vector<std::string> labels;
};

SavedNetwork read_saved_network(const std::filesystem::path& file);

// Whether a file is a TorchScript archive, as torch.jit.save writes. false for what is none of
// PyTorch's at all. Throws std::runtime_error where it cannot be read.
bool is_torchscript(const std::filesystem::path& file);

}  // namespace thoraxlite
