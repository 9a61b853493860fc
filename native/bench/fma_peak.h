// How many float32 multiply-adds this core can do: the roof under which every engine runs.
#pragma once

#include <string>
#include <vector>

namespace thoraxlite {

struct FmaKernel {
  std::string name;      // of the instruction set
  double multiply_adds;  // of one call
  float (*run)();        // keeps the vector units busy, and touches no memory
};

// Those that this processor has.
std::vector<FmaKernel> fma_kernels();

}  // namespace thoraxlite
