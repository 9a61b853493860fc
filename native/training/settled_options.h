// Options that are left open, settled once for a run.
#pragma once

#include <torch/types.h>

#include <filesystem>
#include <string>

#include "training/run_options.h"

namespace thoraxlite {

struct Precision {
  std::string name;    // float32 or bfloat16
  std::string reason;  // why, as the end of a sentence
};

// bfloat16 where training on `device` is known to be faster by it: a CPU with AVX-512-BF16 (without
// it LibTorch emulates the products, at a seventh of float32's speed or less), a GPU of compute
// capability 8 or later. Else float32.
Precision fastest_precision(torch::Device device);

// wanted, with nothing left open. A run that has begun goes on as it began (as_begun), also on
// another machine; a new one gets the fastest precision for "auto", and where `says`, a line on
// standard error says which. Throws std::runtime_error where options.json cannot be read.
RunOptions settle(const RunOptions& wanted, const std::filesystem::path& run, torch::Device device,
                  bool says);

}  // namespace thoraxlite
