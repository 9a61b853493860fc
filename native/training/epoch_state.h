// What an epoch that was stopped within needs to go on exactly, beyond weights: the sums of its
// losses so far, and where its generators of chance stand; of each process.
#pragma once

#include <torch/types.h>

#include <vector>

#include "training/parallel.h"

namespace thoraxlite {

// float64 [processes, values]; a collective call. sums: float64 [terms], of this process.
// generators: those that its steps draw from, on the CPU or a GPU.
torch::Tensor gather_epoch_states(const torch::Tensor& sums,
                                  const std::vector<torch::Generator>& generators,
                                  const Parallel& parallel);

// Sets the generators to where this process's stood, and gives its sums, float64 [terms]. Of a
// state of another number of processes it gives each the mean of the sums, leaves the generators as
// they are, and says so on standard error. Throws std::runtime_error, and sets none, if the state
// is of other generators.
torch::Tensor restore_epoch_state(const torch::Tensor& states, std::int64_t terms,
                                  std::vector<torch::Generator> generators,
                                  const Parallel& parallel);

}  // namespace thoraxlite
