#include "training/epoch_state.h"

#include <torch/torch.h>

#include <iostream>
#include <stdexcept>

namespace thoraxlite {
torch::Tensor gather_epoch_states(const torch::Tensor& sums,
                                  const std::vector<torch::Generator>& generators,
                                  const Parallel& parallel) {
  std::vector<torch::Tensor> parts = {sums};
  // Bytes are exact as float64.
  for (const auto& generator : generators) {
    parts.push_back(generator.get_state().to(torch::kFloat64));
  }
  const torch::Tensor mine = torch::cat(parts);
  const torch::Tensor all = torch::zeros({parallel.size(), mine.numel()}, torch::kFloat64);
  all[parallel.rank()].copy_(mine);
  return parallel.sum(all);
}

torch::Tensor restore_epoch_state(const torch::Tensor& states, std::int64_t terms,
                                  std::vector<torch::Generator> generators,
                                  const Parallel& parallel) {
  if (states.size(0) != parallel.size()) {
    if (parallel.leads()) {
      std::cerr << "the epoch was begun by " << states.size(0) << " processes and goes on with "
                << parallel.size()
                << ": its figures will not be exactly those of an unbroken one\n";
    }
    return states.narrow(1, 0, terms).mean(0);
  }
  std::int64_t values = terms;
  for (const auto& generator : generators) values += generator.get_state().numel();
  if (values != states.size(1)) {
    throw std::runtime_error(
        "the checkpoint stands within an epoch that another kind of device began; go on with "
        "that one's --device");
  }
  const torch::Tensor mine = states[parallel.rank()];
  std::int64_t begin = terms;
  for (auto& generator : generators) {
    const std::int64_t bytes = generator.get_state().numel();
    generator.set_state(mine.narrow(0, begin, bytes).to(torch::kUInt8));
    begin += bytes;
  }
  return mine.narrow(0, 0, terms);
}

}  // namespace thoraxlite
