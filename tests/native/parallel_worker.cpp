// One process of a group that parallel_test.sh starts. The group comes from the environment.
//   parallel_worker port                a port of this machine that is free
//   parallel_worker TASK TIMEOUT_MS     does the task below; exit code 1 and a sentence on error
#include <netinet/in.h>
#include <signal.h>
#include <sys/socket.h>
#include <torch/torch.h>
#include <unistd.h>

#include <iostream>
#include <stdexcept>
#include <string>

#include "losses/hard_label_loss.h"
#include "models/student.h"
#include "training/parallel.h"

using namespace thoraxlite;

namespace {

constexpr std::int64_t kImages = 12;

int free_port() {
  const int listener = ::socket(AF_INET, SOCK_STREAM, 0);
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  socklen_t length = sizeof(address);
  auto* generic = reinterpret_cast<sockaddr*>(&address);
  if (::bind(listener, generic, length) != 0 || ::getsockname(listener, generic, &length) != 0) {
    throw std::runtime_error("no port of this machine is free");
  }
  ::close(listener);
  return ntohs(address.sin_port);
}

void require(bool holds, const std::string& what) {
  if (!holds) throw std::runtime_error(what);
}

// Dropout and the statistics of a batch would make two halves differ from the whole by right, so
// the student has no dropout and normalises by its running statistics, as evaluation does.
Student student(std::uint64_t seed) {
  torch::manual_seed(seed);
  StudentOptions options;
  options.dropout = 0;
  Student network(options);
  network.eval();
  return network;
}

torch::Tensor flattened(const std::vector<torch::Tensor>& tensors) {
  std::vector<torch::Tensor> parts;
  for (const torch::Tensor& tensor : tensors) parts.push_back(tensor.detach().reshape(-1));
  return torch::cat(parts);
}

torch::Tensor gradients(Network& network) {
  std::vector<torch::Tensor> found;
  for (const torch::Tensor& parameter : network.parameters()) found.push_back(parameter.grad());
  return flattened(found).clone();
}

void backward(Network& network, const torch::Tensor& images, const torch::Tensor& targets) {
  network.zero_grad();
  hard_label_loss(network.forward(images).logits, targets).backward();
}

double relative_difference(const torch::Tensor& a, const torch::Tensor& b) {
  return ((a - b).norm() / b.norm()).item<double>();
}

// Several processes with a part of the batch each must have the gradients, and after three steps
// of Adam the weights, of one process with the whole.
void same_as_one(const Parallel& parallel) {
  torch::manual_seed(7);
  const torch::Tensor images = torch::randn({kImages, 1, 32, 32});
  const torch::Tensor targets = torch::eye(3).repeat({kImages / 3, 1});
  const torch::Tensor order = torch::randperm(kImages + 1, torch::kInt64).clamp_max(kImages - 1);
  const torch::Tensor whole = order.narrow(0, 0, kImages);

  Student alone = student(1);
  Student together = student(1 + static_cast<std::uint64_t>(parallel.rank()));
  parallel.broadcast(together);
  require(flattened(together.parameters()).equal(flattened(alone.parameters())),
          "after broadcast the weights are not those of rank 0");
  for (torch::Tensor parameter : together.parameters()) {  // as the training loop has them
    if (parameter.dim() != 4) continue;
    parameter.set_data(parameter.contiguous(torch::MemoryFormat::ChannelsLast));
  }
  torch::optim::Adam alone_optimizer(alone.parameters(), 1e-3);
  torch::optim::Adam together_optimizer(together.parameters(), 1e-3);
  const torch::Tensor part = parallel.shard(order, kImages);
  require(part.numel() == kImages / parallel.size(), "the shards are not of equal size");

  for (int step = 0; step < 3; ++step) {
    backward(alone, images.index_select(0, whole), targets.index_select(0, whole));
    backward(together, images.index_select(0, part), targets.index_select(0, part));
    require(relative_difference(gradients(together), gradients(alone)) > 1e-2,
            "the gradients of a part are those of the whole: the test shows nothing");
    parallel.average_gradients(together);
    const double difference = relative_difference(gradients(together), gradients(alone));
    require(difference < 1e-5, "the averaged gradients are off by " + std::to_string(difference));
    alone_optimizer.step();
    together_optimizer.step();
  }
  const torch::Tensor sum = parallel.sum(flattened(together.parameters()));
  require(sum.div(parallel.size()).equal(flattened(together.parameters())),
          "the processes have other weights than each other");
  require(
      relative_difference(flattened(together.parameters()), flattened(alone.parameters())) < 1e-4,
      "the weights are not those of one process");
}

// Statistics of batch norm are each process's own until broadcast.
void buffers(const Parallel& parallel) {
  Student network = student(1);
  network.train();
  torch::manual_seed(static_cast<std::uint64_t>(parallel.rank()));
  network.forward(torch::randn({4, 1, 32, 32}));
  const torch::Tensor own = network.norm1->running_mean.clone();
  require(!parallel.sum(own).div(parallel.size()).allclose(own), "all saw the same images");
  parallel.broadcast(network);
  const torch::Tensor now = network.norm1->running_mean;
  require(parallel.sum(now).div(parallel.size()).allclose(now),
          "after broadcast the processes have other statistics than each other");
  require(!parallel.leads() || now.equal(own), "rank 0 does not have its own statistics any more");
  require(network.norm1->num_batches_tracked.item<std::int64_t>() == 1, "the counter was changed");
}

void shards(const Parallel& parallel) {
  const auto print = [&](std::int64_t images, std::int64_t batch) {
    const torch::Tensor part = parallel.shard(torch::arange(images), batch);
    std::cout << "rank " << parallel.rank() << ", " << images << " by " << batch << ":";
    for (std::int64_t i = 0; i < part.numel(); ++i)
      std::cout << " " << part[i].item<std::int64_t>();
    std::cout << "\n";
  };
  print(11, 4);
  print(3, 4);
}

void networks_of_two_sizes(const Parallel& parallel) {
  StudentOptions options;
  options.hidden = 16 + parallel.rank();
  Student network(options);
  parallel.broadcast(network);
  parallel.barrier();
}

void run(const std::string& task, std::chrono::milliseconds timeout) {
  const Parallel parallel = Parallel::from_environment(timeout);
  const bool last = parallel.rank() == parallel.size() - 1;
  if (task == "same-as-one") return same_as_one(parallel);
  if (task == "buffers") return buffers(parallel);
  if (task == "shards") return shards(parallel);
  if (task == "uneven") return static_cast<void>(parallel.shard(torch::arange(9), 9));
  if (task == "two-sizes") return networks_of_two_sizes(parallel);
  if (task == "join") return parallel.barrier();
  if (task == "death" || task == "silence") {
    parallel.barrier();
    if (last) std::cout << ::getpid() << std::endl;
    if (last) ::raise(task == "death" ? SIGKILL : SIGSTOP);
    return parallel.barrier();
  }
  throw std::runtime_error("no task is named " + task);
}

}  // namespace

int main(int argc, char** argv) {
  try {
    if (argc == 2 && argv[1] == std::string("port")) {
      std::cout << free_port() << "\n";
    } else if (argc == 3) {
      run(argv[1], std::chrono::milliseconds(std::stoi(argv[2])));
    } else {
      return 2;
    }
  } catch (const std::exception& error) {
    std::cerr << "parallel_worker: " << error.what() << "\n";
    return 1;
  }
  return 0;
}
