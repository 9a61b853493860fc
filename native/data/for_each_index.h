// Work on every core, without LibTorch.
#pragma once

#include <atomic>
#include <cstddef>
#include <exception>
#include <functional>
#include <mutex>
#include <system_error>
#include <thread>
#include <vector>

namespace thoraxlite {

// Calls work(i) for 0 <= i < count, in any order, several at a time; throws what one of them threw.
inline void for_each_index(std::size_t count, const std::function<void(std::size_t)>& work) {
  std::atomic<std::size_t> next{0};
  std::mutex mutex;
  std::exception_ptr failure;
  const auto loop = [&] {
    try {
      for (std::size_t i; (i = next++) < count;) work(i);
    } catch (...) {
      next = count;
      const std::lock_guard<std::mutex> lock(mutex);
      failure = std::current_exception();
    }
  };
  std::vector<std::thread> threads;
  try {
    for (unsigned i = 1; i < std::thread::hardware_concurrency(); ++i) threads.emplace_back(loop);
  } catch (const std::system_error&) {
    // The system gives no more threads: this one and those that there are do the work.
  }
  loop();
  for (std::thread& thread : threads) thread.join();
  if (failure) std::rethrow_exception(failure);
}

}  // namespace thoraxlite
