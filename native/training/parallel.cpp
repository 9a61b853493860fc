#include "training/parallel.h"

#include <torch/utils.h>

#include <cstdlib>
#include <limits>
#include <stdexcept>
#include <vector>

namespace thoraxlite {
namespace {

// Large enough for the network's bandwidth rather than its latency to count.
constexpr std::int64_t kBucketBytes = 25 << 20;

std::string variable(const char* name) {
  const char* value = std::getenv(name);
  return value == nullptr ? "" : value;
}

std::string required_variable(const char* name) {
  const std::string value = variable(name);
  if (value.empty()) {
    throw std::runtime_error(std::string(name) +
                             " is not set; with WORLD_SIZE above 1, RANK, LOCAL_RANK, MASTER_ADDR "
                             "and MASTER_PORT are needed too");
  }
  return value;
}

int whole_number(const char* name, int least, int most) {
  const std::string text = required_variable(name);
  char* end = nullptr;
  const long value = std::strtol(text.c_str(), &end, 10);
  if (*end != '\0' || value < least || value > most) {
    throw std::runtime_error(std::string(name) + " is '" + text +
                             "'; expected a whole number from " + std::to_string(least) + " to " +
                             std::to_string(most));
  }
  return static_cast<int>(value);
}

// LibTorch's messages go on with a trace.
std::string first_line(const std::exception& error) {
  const std::string text = error.what();
  return text.substr(0, text.find('\n'));
}

template <class Act>
void with_the_others(const GroupPlace& place, std::chrono::milliseconds timeout, const char* what,
                     const Act& act) {
  try {
    act();
  } catch (const std::exception& error) {
    throw std::runtime_error(
        "process " + std::to_string(place.rank) + " of " + std::to_string(place.size) + ", " +
        what + ": another process has ended, or has not answered within " +
        std::to_string(timeout.count() / 1000) + " s (" + first_line(error) + ")");
  }
}

// One collective operation on many tensors: flattened into few, all under way together.
template <class Start>
void in_buckets(const std::vector<torch::Tensor>& tensors, const Start& start) {
  struct Bucket {
    std::vector<torch::Tensor> tensors;
    torch::Tensor flat;
    ProcessGroup::Finish finish;
  };
  std::vector<Bucket> buckets;
  for (std::size_t begin = 0; begin < tensors.size();) {
    Bucket bucket;
    std::vector<torch::Tensor> parts;
    std::int64_t bytes = 0;
    std::size_t end = begin;
    for (; end < tensors.size() && tensors[end].dtype() == tensors[begin].dtype() &&
           tensors[end].device() == tensors[begin].device() && bytes < kBucketBytes;
         ++end) {
      bytes += static_cast<std::int64_t>(tensors[end].nbytes());
      bucket.tensors.push_back(tensors[end]);
      parts.push_back(tensors[end].reshape(-1));
    }
    bucket.flat = torch::cat(parts);
    bucket.finish = start(bucket.flat);
    buckets.push_back(std::move(bucket));
    begin = end;
  }
  for (const Bucket& bucket : buckets) {
    bucket.finish();
    std::int64_t offset = 0;
    for (const torch::Tensor& tensor : bucket.tensors) {
      tensor.copy_(bucket.flat.narrow(0, offset, tensor.numel()).view_as(tensor));
      offset += tensor.numel();
    }
  }
}

}  // namespace

Parallel Parallel::from_environment(std::chrono::milliseconds timeout) {
  Parallel parallel;
  constexpr int kMost = std::numeric_limits<int>::max();
  if (variable("WORLD_SIZE").empty() && variable("RANK").empty()) return parallel;
  GroupPlace& place = parallel.place_;
  place.size = whole_number("WORLD_SIZE", 1, kMost);
  if (place.size == 1) return parallel;
  place.rank = whole_number("RANK", 0, place.size - 1);
  place.local_rank = whole_number("LOCAL_RANK", 0, place.size - 1);
  place.address = required_variable("MASTER_ADDR");
  place.port = static_cast<std::uint16_t>(whole_number("MASTER_PORT", 1, 65535));
  // torchrun may have opened the port itself, and may start the processes again after a failure.
  place.hosts = place.rank == 0 && variable("TORCHELASTIC_USE_AGENT_STORE") != "True";
  place.attempt = variable("TORCHELASTIC_RESTART_COUNT");
  if (!variable("LOCAL_WORLD_SIZE").empty()) {
    parallel.local_size_ = whole_number("LOCAL_WORLD_SIZE", 1, place.size);
  }
  parallel.timeout_ = timeout;
  parallel.group_ = join_process_group(place, timeout);
  return parallel;
}

void Parallel::broadcast(Network& network) const {
  if (!group_) return;
  const torch::NoGradGuard no_grad;
  std::vector<torch::Tensor> tensors = network.parameters();
  for (const torch::Tensor& buffer : network.buffers()) tensors.push_back(buffer);
  std::int64_t elements = 0;
  for (const torch::Tensor& tensor : tensors) elements += tensor.numel();

  const torch::Tensor of_first = torch::tensor({elements}, torch::kInt64);
  with_the_others(place_, timeout_, "comparing networks",
                  [&] { group_->start_broadcast(of_first)(); });
  if (of_first.item<std::int64_t>() != elements) {
    throw std::runtime_error("process " + std::to_string(place_.rank) + " has a network of " +
                             std::to_string(elements) + " values, process 0 one of " +
                             std::to_string(of_first.item<std::int64_t>()) +
                             "; start all with the same options");
  }
  with_the_others(place_, timeout_, "broadcasting the network", [&] {
    in_buckets(tensors, [&](const torch::Tensor& flat) { return group_->start_broadcast(flat); });
  });
}

void Parallel::average_gradients(Network& network) const {
  if (!group_) return;
  const torch::NoGradGuard no_grad;
  std::vector<torch::Tensor> gradients;
  for (const torch::Tensor& parameter : network.parameters()) {
    if (parameter.grad().defined()) gradients.push_back(parameter.grad());
  }
  with_the_others(place_, timeout_, "averaging gradients", [&] {
    in_buckets(gradients, [&](torch::Tensor& flat) {
      flat.div_(place_.size);
      return group_->start_sum(flat);
    });
  });
}

torch::Tensor Parallel::sum(const torch::Tensor& values) const {
  if (!group_) return values;
  const torch::Tensor total = values.detach().clone(torch::MemoryFormat::Contiguous);
  with_the_others(place_, timeout_, "adding up figures", [&] { group_->start_sum(total)(); });
  return total;
}

void Parallel::barrier() const {
  if (!group_) return;
  const torch::Tensor token = torch::zeros({1});
  with_the_others(place_, timeout_, "waiting for the others", [&] { group_->start_sum(token)(); });
}

torch::Tensor Parallel::shard(const torch::Tensor& order, std::int64_t batch) const {
  if (batch % size() != 0) {
    throw std::runtime_error("a batch of " + std::to_string(batch) +
                             " images cannot be split evenly among " + std::to_string(size()) +
                             " processes; choose a --batch that is a multiple of " +
                             std::to_string(size()));
  }
  const std::int64_t steps = order.numel() / batch;
  const std::int64_t part = (steps == 0 ? order.numel() : batch) / size();
  if (part == 0) {
    throw std::runtime_error("an epoch of " + std::to_string(order.numel()) +
                             " images is too small for " + std::to_string(size()) + " processes");
  }
  const std::int64_t used = std::max<std::int64_t>(1, steps) * part * size();
  return order.narrow(0, 0, used).view({-1, size(), part}).select(1, rank()).reshape(-1);
}

}  // namespace thoraxlite
