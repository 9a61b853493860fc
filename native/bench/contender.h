// What cxr-bench-engines lets run: one way of getting the network's logits, or of using the
// machine.
#pragma once

#include <functional>
#include <string>
#include <vector>

#include "core/model/model.h"

namespace thoraxlite {

struct Contender {
  std::string name;
  std::function<std::vector<float>()> run;  // the logits of the one input that it was made with
};

// LibTorch on the CPU, in each of the memory layouts that could be its fastest. input: [size,
// size], normalised. Sets LibTorch's threads, for the whole process.
std::vector<Contender> torch_contenders(const Model& model, const std::vector<float>& input,
                                        int threads);

const char* torch_version();

}  // namespace thoraxlite
