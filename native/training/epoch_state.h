// What an epoch that was stopped within needs to go on exactly, beyond weights: the sums of its
// losses so far, and where its generators of chance stand; of each process.
#pragma once

#include <torch/types.h>

#include <vector>

#include "training/parallel.h"

namespace thoraxlite {

// float64 [processes, values]; a collective call. sums: of this process. generators: those that its
// steps draw from, on the CPU or a GPU.
torch::Tensor gather_epoch_states(const std::vector<double>& sums,
                                  const std::vector<torch::Generator>& generators,
                                  const Parallel& parallel);

// Sets the generators to where this process's stood, and gives its sums. Of a state of another
// number of processes it gives each an equal part of the sums, leaves the generators as they are,
// and says so on standard error. Throws std::runtime_error if the state is of other generators.
std::vector<double> restore_epoch_state(const torch::Tensor& states, std::size_t sums,
                                        std::vector<torch::Generator> generators,
                                        const Parallel& parallel);

}  // namespace thoraxlite
