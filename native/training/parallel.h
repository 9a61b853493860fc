// Data-parallel training: several processes, each with its part of every batch, on the cores of
// one machine, on its GPUs, or on several machines. native/docs/reference.md has the launch lines.
//
// The gradient of a mean over the whole batch is the mean of the processes' gradients when all have
// the same number of images, so shard() deals them out evenly; N processes with a batch of B then
// take the steps of one process with the same B. The exception is batch norm, which sees each
// process's B/N images only, as is usual: exchanging its statistics at every layer would cost more
// than it gives from some 16 images on. Parameters stay equal; running means and variances differ
// until broadcast() gives all processes those of rank 0, which the training loop does before each
// validation and checkpoint.
#pragma once

#include <torch/types.h>

#include <chrono>
#include <cstdint>
#include <memory>
#include <string>

#include "models/network.h"
#include "training/process_group.h"

namespace thoraxlite {

// One process unless it comes from an environment of several: rank 0 of 1, where nothing has to be
// exchanged. With several, every process makes the same calls in the same order; when another one
// has ended, or has not answered within the timeout, a call throws std::runtime_error.
class Parallel {
 public:
  // The usual variables: WORLD_SIZE (missing or 1: one process), RANK, LOCAL_RANK, MASTER_ADDR and
  // MASTER_PORT; and torchrun's LOCAL_WORLD_SIZE. Waits for the other processes. Throws
  // std::runtime_error naming the variable that is missing or wrong, or saying that not all came.
  // The timeout is for that, and for every call below, so it must cover what one process does while
  // the others wait for it.
  static Parallel from_environment(std::chrono::milliseconds timeout = std::chrono::minutes(30));

  int rank() const { return place_.rank; }
  int size() const { return place_.size; }
  int local_rank() const { return place_.local_rank; }
  int local_size() const { return local_size_; }  // processes on this machine, as far as it is told
  bool leads() const { return place_.rank == 0; }  // the one that writes files

  // Gives every process rank 0's parameters and buffers. Throws if the networks differ in size.
  void broadcast(Network& network) const;

  // Replaces each gradient by its mean over the processes. Parameters without a gradient are left
  // out; they must be the same on all.
  void average_gradients(Network& network) const;

  // A new tensor: the sum over the processes. For counts, losses and other figures.
  torch::Tensor sum(const torch::Tensor& values) const;

  // Returns when all processes have come here.
  void barrier() const;

  // This process's part of an epoch. order: int64 [images], the same on all processes; batch:
  // images a step of all of them together. Process r gets the r-th part of every batch, so taking
  // batch / size() images a step, all take the same number of equal steps. What does not fill a
  // batch is left out, but for an epoch of less than one. Throws std::runtime_error where the batch
  // cannot be split evenly.
  torch::Tensor shard(const torch::Tensor& order, std::int64_t batch) const;

 private:
  GroupPlace place_;
  int local_size_ = 1;
  std::chrono::milliseconds timeout_{0};
  std::shared_ptr<ProcessGroup> group_;  // null: one process
};

}  // namespace thoraxlite
