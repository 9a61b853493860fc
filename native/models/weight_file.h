// Tensors by name from the kinds of file in which weights are published.
#pragma once

#include "models/state_dict.h"

namespace thoraxlite {

// A safetensors file's tensors on the CPU, in the file's element type (float16, bfloat16,
// float32, float64, int64).
// Throws std::runtime_error naming the file and the tensor.
TensorsByName read_safetensors(const std::filesystem::path& file);

// By the file's ending: .safetensors, or .pt, .pth, .ckpt, .bin and .tar as in state_dict.h.
TensorsByName read_weights(const std::filesystem::path& file);

}  // namespace thoraxlite
