// cxr-bench-train: one side of the comparison of training speed that bench_train.py makes; that
// script starts it and says what it wants on standard input.
//
//   cxr-bench-train ARCHITECTURE BATCH SIZE THREADS DEVICE PRECISION FILE
//
// Draws weights, images and targets, writes them to FILE for the other side, and answers with a
// line: the number of parameters and LibTorch's version. For each line "N" it then takes N steps of
// training on them, as the training loop does, and answers with the seconds that they took and the
// loss of the first and the last.

#include <torch/torch.h>

#include <chrono>
#include <cstdio>
#include <exception>
#include <iostream>
#include <stdexcept>
#include <string>

#include "losses/hard_label_loss.h"
#include "models/architecture.h"
#include "training/device.h"
#include "training/memory_layout.h"
#include "training/precision.h"

namespace {

using namespace thoraxlite;

constexpr double kAuxiliaryWeight = 0.4;  // of Inception-V3's auxiliary head

struct Task {
  std::string architecture;
  std::int64_t batch, size;
  int threads;
  std::string device, precision, file;
};

Task parse(int argc, char** argv) {
  if (argc != 8) {
    throw std::runtime_error(
        "expected ARCHITECTURE BATCH SIZE THREADS DEVICE PRECISION FILE; tools/bench gives them");
  }
  Task task{argv[1], std::stoll(argv[2]), std::stoll(argv[3]), std::stoi(argv[4]), argv[5], argv[6],
            argv[7]};
  if (task.precision != "float32" && task.precision != "bfloat16") {
    throw std::runtime_error("precision '" + task.precision +
                             "' is not known; expected float32 or bfloat16");
  }
  return task;
}

struct Side {
  std::shared_ptr<Network> network;
  torch::Tensor images, targets;
};

// Without dropout, so that both sides do the same arithmetic on the same numbers.
Side draw(const Task& task) {
  torch::manual_seed(1);
  NetworkOptions options;
  options.architecture = task.architecture;
  options.channels = task.architecture == "student" ? 1 : 3;
  options.dropout = 0;
  Side side;
  side.network = make_network(options);
  side.images = torch::randn({task.batch, options.channels, task.size, task.size});
  side.targets =
      torch::one_hot(torch::randint(options.labels, {task.batch}, torch::kInt64), options.labels)
          .to(torch::kFloat32);
  return side;
}

void write(const Side& side, const std::string& file) {
  torch::serialize::OutputArchive archive, network;
  side.network->save(network);
  archive.write("network", network);
  archive.write("images", side.images, true);
  archive.write("targets", side.targets, true);
  archive.save_to(file);
}

torch::Tensor loss_of(Side& side, const Task& task) {
  ModelOutput output;
  {
    const Autocast autocast(side.images.device(), task.precision == "bfloat16");
    output = side.network->forward(side.images);
  }
  const torch::Tensor loss = hard_label_loss(output.logits.to(torch::kFloat32), side.targets);
  if (!output.auxiliary.defined()) return loss;
  return loss +
         kAuxiliaryWeight * hard_label_loss(output.auxiliary.to(torch::kFloat32), side.targets);
}

double step(Side& side, const Task& task, torch::optim::Optimizer& optimizer) {
  side.network->zero_grad(/*set_to_none=*/true);
  const torch::Tensor loss = loss_of(side, task);  // alone: the way back frees the feature maps
  loss.backward();
  optimizer.step();
  return loss.item<double>();  // on a GPU, waits for the step's end
}

void serve(const Task& task) {
  at::set_num_threads(task.threads);
  keep_freed_memory();
  const torch::Device device = choose_device(task.device);
  Side side = draw(task);
  write(side, task.file);
  side.network->to(device);
  side.images = side.images.to(device).contiguous(torch::MemoryFormat::ChannelsLast);
  side.targets = side.targets.to(device);
  use_channels_last(*side.network);
  side.network->train();
  torch::optim::Adam optimizer(side.network->parameters(), torch::optim::AdamOptions(1e-3));

  std::int64_t parameters = 0;
  for (const auto& parameter : side.network->parameters()) parameters += parameter.numel();
  std::cout << parameters << " " << TORCH_VERSION << std::endl;
  std::int64_t steps = 0;
  while (std::cin >> steps) {
    const auto start = std::chrono::steady_clock::now();
    const double first = step(side, task, optimizer);
    double last = first;
    for (std::int64_t i = 1; i < steps; ++i) last = step(side, task, optimizer);
    if (device.is_cuda()) torch::cuda::synchronize();
    const std::chrono::duration<double> seconds = std::chrono::steady_clock::now() - start;
    std::printf("%.9f %.9g %.9g\n", seconds.count(), first, last);
    std::fflush(stdout);
  }
}

}  // namespace

int main(int argc, char** argv) {
  try {
    serve(parse(argc, argv));
  } catch (const std::exception& error) {
    std::cerr << "cxr-bench-train: " << error.what() << "\n";
    return 1;
  }
  return 0;
}
