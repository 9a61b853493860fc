// Work on every core that the process may use, without LibTorch.
#pragma once

#include <atomic>
#include <cstddef>
#include <exception>
#include <functional>
#include <mutex>
#include <system_error>
#include <thread>
#include <vector>

#include "training/cores.h"

namespace thoraxlite {

// Calls make_worker() once on each thread, and what it gave with each of 0 .. count-1 once, in any
// order, several at a time; throws what one of them threw.
template <class MakeWorker>
void for_each_index_with(std::size_t count, const MakeWorker& make_worker) {
  std::atomic<std::size_t> next{0};
  std::mutex mutex;
  std::exception_ptr failure;
  const auto loop = [&] {
    try {
      auto work = make_worker();
      for (std::size_t i; (i = next++) < count;) work(i);
    } catch (...) {
      next = count;
      const std::lock_guard<std::mutex> lock(mutex);
      failure = std::current_exception();
    }
  };
  std::vector<std::thread> threads;
  try {
    for (int i = 1; i < cores_of_this_process(); ++i) threads.emplace_back(loop);
  } catch (const std::system_error&) {
    // The system gives no more threads: this one and those that there are do the work.
  }
  loop();
  for (std::thread& thread : threads) thread.join();
  if (failure) std::rethrow_exception(failure);
}

inline void for_each_index(std::size_t count, const std::function<void(std::size_t)>& work) {
  for_each_index_with(count, [&] { return std::cref(work); });
}

}  // namespace thoraxlite
