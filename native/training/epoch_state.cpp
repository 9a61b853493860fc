#include "training/epoch_state.h"

#include <torch/torch.h>

#include <iostream>
#include <stdexcept>

namespace thoraxlite {
namespace {

std::vector<double> to_vector(const torch::Tensor& values) {
  const torch::Tensor flat = values.contiguous();
  const auto* first = flat.data_ptr<double>();
  return {first, first + flat.numel()};
}

}  // namespace

torch::Tensor gather_epoch_states(const std::vector<double>& sums,
                                  const std::vector<torch::Generator>& generators,
                                  const Parallel& parallel) {
  std::vector<torch::Tensor> parts = {torch::tensor(sums, torch::kFloat64)};
  // Bytes are exact as float64.
  for (const auto& generator : generators) {
    parts.push_back(generator.get_state().to(torch::kFloat64));
  }
  const torch::Tensor mine = torch::cat(parts);
  const torch::Tensor all = torch::zeros({parallel.size(), mine.numel()}, torch::kFloat64);
  all[parallel.rank()].copy_(mine);
  return parallel.sum(all);
}

std::vector<double> restore_epoch_state(const torch::Tensor& states, std::size_t sums,
                                        std::vector<torch::Generator> generators,
                                        const Parallel& parallel) {
  const auto count = static_cast<std::int64_t>(sums);
  if (states.size(0) != parallel.size()) {
    if (parallel.leads()) {
      std::cerr << "the epoch was begun by " << states.size(0) << " processes and goes on with "
                << parallel.size()
                << ": its figures will not be exactly those of an unbroken one\n";
    }
    return to_vector(states.narrow(1, 0, count).mean(0));
  }
  const torch::Tensor mine = states[parallel.rank()];
  std::int64_t begin = count;
  for (auto& generator : generators) {
    const std::int64_t bytes = generator.get_state().numel();
    if (begin + bytes > mine.numel()) break;
    generator.set_state(mine.narrow(0, begin, bytes).to(torch::kUInt8));
    begin += bytes;
  }
  if (begin != mine.numel()) {
    throw std::runtime_error(
        "the checkpoint stands within an epoch that another kind of device began; go on with "
        "that one's --device");
  }
  return to_vector(mine.narrow(0, 0, count));
}

}  // namespace thoraxlite
