// The safetensors format (github.com/huggingface/safetensors), read strictly.
//
//   u64 little-endian header length | JSON header | tensor bytes without holes
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include "core/result.h"

namespace thoraxlite {

// A tensor that lies inside the file's bytes, row-major.
struct TensorView {
  std::string dtype;                // as the file says: F32, F16, U8, ...
  std::vector<std::int64_t> shape;  // outermost first; empty for a scalar
  ByteView bytes;
};

struct Safetensors {
  std::map<std::string, std::string> metadata;  // the header's __metadata__
  std::map<std::string, TensorView> tensors;    // by name; views into the file's bytes
};

inline constexpr std::uint64_t kMaxHeaderBytes =
    4u << 20;  // the format allows 100 MB; a card needs KBs

// Refuses, with the rule that was broken: a header longer than the file or the limit, JSON that is
// not an object of the known form, duplicate names, unknown dtypes, a shape that overflows or does
// not match its bytes, offsets that leave the file, overlap, leave holes or bytes at the end.
Result<Safetensors> parse_safetensors(ByteView file);

// The values of an F32 or F16 tensor as float32.
Result<std::vector<float>> to_float32(const TensorView& tensor);

}  // namespace thoraxlite
