#include "training/checkpoint.h"

#include <torch/serialize.h>

#include <exception>
#include <stdexcept>

namespace thoraxlite {
namespace {

template <class Load>
void reading(const std::filesystem::path& file, const Load& load) {
  try {
    load();
  } catch (const std::exception& error) {
    const std::string reason = error.what();
    throw std::runtime_error(file.string() + ": not a checkpoint of this network: " +
                             reason.substr(0, reason.find('\n')));
  }
}

void save(const std::filesystem::path& file, torch::serialize::OutputArchive& archive) {
  WholeFile whole(file);
  std::exception_ptr failure;
  archive.save_to([&](const void* bytes, std::size_t size) {
    // LibTorch ends the process where a write fails, so it is not told.
    try {
      if (!failure) whole.write(bytes, size);
    } catch (...) {
      failure = std::current_exception();
    }
    return size;
  });
  if (failure) std::rethrow_exception(failure);
  whole.publish();
}

}  // namespace

void save_checkpoint(const std::filesystem::path& file, const Position& position,
                     const Network& network, const torch::optim::Optimizer& optimizer,
                     const WeightAverage& average) {
  torch::serialize::OutputArchive archive, network_part, optimizer_part, average_part;
  network.save(network_part);
  optimizer.save(optimizer_part);
  average.save(average_part);
  archive.write("network", network_part);
  archive.write("optimizer", optimizer_part);
  archive.write("average", average_part);
  archive.write("epochs_done", torch::tensor(position.epochs_done));
  archive.write("best", torch::tensor(position.best, torch::kFloat64));
  archive.write("best_epoch", torch::tensor(position.best_epoch));
  if (position.group_weights.defined()) archive.write("group_weights", position.group_weights);
  if (position.epoch_states.defined()) {
    archive.write("steps_done", torch::tensor(position.steps_done));
    archive.write("seconds", torch::tensor(position.seconds, torch::kFloat64));
    archive.write("epoch_states", position.epoch_states);
  }
  try {
    save(file, archive);
  } catch (const std::runtime_error& error) {
    if (!std::filesystem::exists(file)) throw;
    throw std::runtime_error(std::string(error.what()) +
                             "; the checkpoint before it is whole, and the same command goes on "
                             "from it when there is room");
  }
}

Position load_checkpoint(const std::filesystem::path& file, Network& network,
                         torch::optim::Optimizer& optimizer, WeightAverage& average) {
  Position position;
  reading(file, [&] {
    torch::serialize::InputArchive archive, network_part, optimizer_part, average_part;
    archive.load_from(file.string());
    archive.read("network", network_part);
    archive.read("optimizer", optimizer_part);
    archive.read("average", average_part);
    network.load(network_part);
    optimizer.load(optimizer_part);
    average.load(average_part);
    torch::Tensor epochs_done, best, best_epoch, steps_done, seconds;
    archive.read("epochs_done", epochs_done);
    archive.read("best", best);
    archive.read("best_epoch", best_epoch);
    position.epochs_done = epochs_done.item<std::int64_t>();
    position.best = best.item<double>();
    position.best_epoch = best_epoch.item<std::int64_t>();
    archive.try_read("group_weights", position.group_weights);
    if (!archive.try_read("epoch_states", position.epoch_states)) return;
    archive.read("steps_done", steps_done);
    archive.read("seconds", seconds);
    position.steps_done = steps_done.item<std::int64_t>();
    position.seconds = seconds.item<double>();
  });
  return position;
}

void save_network(const std::filesystem::path& file, const Network& network) {
  torch::serialize::OutputArchive archive;
  network.save(archive);
  save(file, archive);
}

void load_network(const std::filesystem::path& file, Network& network) {
  reading(file, [&] {
    torch::serialize::InputArchive archive;
    archive.load_from(file.string());
    network.load(archive);
  });
}

}  // namespace thoraxlite
