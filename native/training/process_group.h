// Collective operations of a group of processes: what Parallel needs of them. There are two
// sources, and CMake builds one: process_group_c10d.cpp, and process_group_none.cpp where LibTorch
// comes without c10d.
#pragma once

#include <torch/types.h>

#include <chrono>
#include <cstdint>
#include <functional>
#include <memory>
#include <string>

namespace thoraxlite {

// Where a process stands, and where the group meets.
struct GroupPlace {
  int rank = 0;
  int size = 1;
  int local_rank = 0;   // among the processes of this machine: the index of its GPU
  std::string address;  // of the machine that hosts the meeting point
  std::uint16_t port = 0;
  bool hosts = false;   // whether this process opens the port; else somebody else does
  std::string attempt;  // tells this meeting from earlier ones at the same place
};

class ProcessGroup {
 public:
  // Ends a started operation: when it returns, the tensor has its new values.
  using Finish = std::function<void()>;

  virtual ~ProcessGroup() = default;

  // Both change the contiguous tensor in place, on whatever device it is. Several may be under way
  // at once; every process must start the same ones in the same order, with tensors of the same
  // size and type. They and Finish throw std::exception when another process has ended, or has not
  // answered within the group's time.
  virtual Finish start_sum(const torch::Tensor& tensor) = 0;
  virtual Finish start_broadcast(const torch::Tensor& tensor) = 0;  // of rank 0
};

// Returns when all processes of the group have come. Throws std::runtime_error if they have not
// within `timeout`, which is also the time that every operation may take.
std::unique_ptr<ProcessGroup> join_process_group(const GroupPlace& place,
                                                 std::chrono::milliseconds timeout);

}  // namespace thoraxlite
