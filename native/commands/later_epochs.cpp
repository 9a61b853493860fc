#include "commands/later_epochs.h"

#include <torch/torch.h>

#include <algorithm>
#include <chrono>
#include <map>

#include "models/architecture.h"
#include "report/curves.h"
#include "training/device.h"

namespace thoraxlite {
namespace {

constexpr std::int64_t kImages = 2;

// Seconds of a forward pass; only how stages compare matters.
double forward_seconds(const RunOptions& options, int local_rank) {
  const torch::NoGradGuard no_grad;
  const torch::Device device = choose_device(options.device, local_rank);
  const auto network = make_network(network_options(options, 2));
  network->to(device);
  network->eval();
  const torch::Tensor images =
      torch::zeros({kImages, 1, options.input.size, options.input.size}, device);
  const auto pass = [&] {
    const auto start = std::chrono::steady_clock::now();
    network->forward(images).logits.sum().item<float>();  // waits for the device
    return std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
  };
  pass();  // the first one sets up
  return std::min(pass(), pass());
}

class Costs {
 public:
  Costs(const std::vector<PlannedStage>& stages, const Parallel& parallel)
      : stages_(stages), local_rank_(parallel.local_rank()) {}

  // Of one training image, in seconds of forward passes.
  double of_image(const PlannedStage& stage) {
    double cost = 3 * forward(stage.options);
    const DistillationOptions& learned = stage.options.distillation;
    if (learned.cache) return cost;
    std::vector<std::string> guides = {learned.soft_labels_from};
    if (learned.features_from != learned.soft_labels_from) guides.push_back(learned.features_from);
    for (const std::string& guide : guides) {
      for (const PlannedStage& other : stages_) {
        if (!guide.empty() && other.run == guide) cost += forward(other.options);
      }
    }
    return cost;
  }

 private:
  double forward(const RunOptions& options) {
    const std::string key = options.architecture + " " + std::to_string(options.input.size) + " " +
                            std::to_string(options.stride) + " " + std::to_string(options.hidden);
    const auto known = seconds_.find(key);
    if (known != seconds_.end()) return known->second;
    return seconds_[key] = forward_seconds(options, local_rank_);
  }

  const std::vector<PlannedStage>& stages_;
  int local_rank_;
  std::map<std::string, double> seconds_;
};

}  // namespace

std::vector<double> later_epochs(const std::vector<PlannedStage>& stages,
                                 const Parallel& parallel) {
  Costs costs(stages, parallel);
  std::vector<double> later(stages.size());
  double after = 0;  // seconds of forward passes, an image an epoch
  for (std::size_t i = stages.size(); i-- > 0;) {
    const double epoch = costs.of_image(stages[i]);
    later[i] = after / epoch;
    const auto done = static_cast<std::int64_t>(read_epochs(stages[i].run).size());
    after +=
        epoch * static_cast<double>(std::max<std::int64_t>(0, stages[i].options.epochs - done));
  }
  return later;
}

}  // namespace thoraxlite
