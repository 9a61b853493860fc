// Writes the safetensors format (github.com/huggingface/safetensors); wasm/core/model reads it.
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <vector>

namespace thoraxlite {

struct NamedTensor {
  std::string name;                 // unique among the file's tensors
  std::string dtype;                // F32, F16, U8, ...
  std::vector<std::int64_t> shape;  // outermost first
  std::vector<std::uint8_t> bytes;  // row-major, little-endian, as many as shape and dtype need
};

// The bytes of a file. Wider element types come first, then names decide; the header is padded to
// eight bytes, so that every tensor lies aligned. The same tensors give the same bytes.
std::vector<std::uint8_t> write_safetensors(const std::vector<NamedTensor>& tensors,
                                            const std::map<std::string, std::string>& metadata);

}  // namespace thoraxlite
