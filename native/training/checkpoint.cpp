#include "training/checkpoint.h"

#include <fcntl.h>
#include <torch/serialize.h>
#include <unistd.h>

#include <cstdio>
#include <fstream>
#include <stdexcept>

namespace thoraxlite {
namespace {

std::filesystem::path beside(const std::filesystem::path& file) {
  return file.string() + ".part";
}

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

}  // namespace

void publish(const std::filesystem::path& file) {
  const std::filesystem::path part = beside(file);
  const int descriptor = ::open(part.c_str(), O_RDONLY);
  const bool flushed = descriptor >= 0 && ::fsync(descriptor) == 0;
  if (descriptor >= 0) ::close(descriptor);
  if (!flushed) throw std::runtime_error(part.string() + ": cannot be flushed to disk");
  std::filesystem::rename(part, file);
}

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
  archive.save_to(beside(file).string());
  publish(file);
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
    torch::Tensor epochs_done, best, best_epoch;
    archive.read("epochs_done", epochs_done);
    archive.read("best", best);
    archive.read("best_epoch", best_epoch);
    position.epochs_done = epochs_done.item<std::int64_t>();
    position.best = best.item<double>();
    position.best_epoch = best_epoch.item<std::int64_t>();
  });
  return position;
}

void save_network(const std::filesystem::path& file, const Network& network) {
  torch::serialize::OutputArchive archive;
  network.save(archive);
  archive.save_to(beside(file).string());
  publish(file);
}

void load_network(const std::filesystem::path& file, Network& network) {
  reading(file, [&] {
    torch::serialize::InputArchive archive;
    archive.load_from(file.string());
    network.load(archive);
  });
}

void write_atomically(const std::filesystem::path& file, const std::string& bytes) {
  std::ofstream stream(beside(file), std::ios::binary);
  stream << bytes;
  stream.close();
  if (!stream) throw std::runtime_error(file.string() + ": cannot be written");
  publish(file);
}

}  // namespace thoraxlite
