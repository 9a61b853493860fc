#include "core/engine/simd/workers.h"

#ifdef THORAXLITE_THREADS
#include <atomic>
#include <condition_variable>
#include <mutex>
#include <system_error>
#include <thread>
#include <vector>
#endif

namespace thoraxlite {
namespace {

class OneThread final : public Workers {
 public:
  int threads() const override { return 1; }

 private:
  void run(int count, Task task, void* context) override {
    for (int item = 0; item < count; ++item) task(context, item, 0);
  }
};

#ifdef THORAXLITE_THREADS
// Phases last a millisecond or less and follow each other at once, so threads look for the next one
// for a little while before they sleep.
constexpr int kSpins = 2000;

class Threads final : public Workers {
 public:
  explicit Threads(int threads) {
    for (int i = 1; i < threads; ++i) {
      if (!start(i)) break;
    }
  }

  ~Threads() override {
    stopping_ = true;
    begin_phase();
    for (std::thread& thread : threads_) thread.join();
  }

  int threads() const override { return static_cast<int>(threads_.size()) + 1; }

 private:
  bool start(int index) {
#ifdef __cpp_exceptions
    try {
      threads_.emplace_back([this, index] { serve(index); });
    } catch (const std::system_error&) {
      return false;  // The system gives no more.
    }
#else
    threads_.emplace_back([this, index] { serve(index); });
#endif
    return true;
  }

  void run(int count, Task task, void* context) override {
    task_ = task;
    context_ = context;
    count_ = count;
    next_item_.store(0, std::memory_order_relaxed);
    open_ = true;
    begin_phase();
    take_items(0);
    open_ = false;
    for (int spins = 0; inside_ > 0; ++spins) {
      // The others are at their last items; on a crowded machine they may not even be running.
      if (spins > kSpins) std::this_thread::yield();
    }
  }

  void begin_phase() {
    {
      const std::lock_guard lock(mutex_);
      phase_.fetch_add(1, std::memory_order_release);
    }
    wake_.notify_all();
  }

  void take_items(int thread) {
    for (;;) {
      const int item = next_item_.fetch_add(1, std::memory_order_relaxed);
      if (item >= count_) return;
      task_(context_, item, thread);
    }
  }

  void serve(int thread) {
    unsigned seen = 0;
    for (;;) {
      for (int spins = 0; phase_.load(std::memory_order_acquire) == seen; ++spins) {
        if (spins < kSpins) continue;
        std::unique_lock lock(mutex_);
        wake_.wait(lock, [&] { return phase_.load(std::memory_order_acquire) != seen; });
      }
      seen = phase_.load(std::memory_order_acquire);
      if (stopping_) return;
      // Who wakes too late for a phase is not waited for. In one order of all threads, either the
      // caller sees that this one is inside, or this one sees that the phase is over.
      ++inside_;
      if (open_) take_items(thread);
      --inside_;
    }
  }

  // Written before a phase opens, read in it.
  Task task_ = nullptr;
  void* context_ = nullptr;
  int count_ = 0;

  std::atomic<bool> stopping_{false};
  std::atomic<unsigned> phase_{0};
  std::atomic<int> next_item_{0};
  std::atomic<bool> open_{false};  // whether there may be items to take
  std::atomic<int> inside_{0};     // threads, but the caller's, that may be taking some
  std::mutex mutex_;
  std::condition_variable wake_;
  std::vector<std::thread> threads_;
};
#endif

}  // namespace

std::unique_ptr<Workers> Workers::make(int threads) {
#ifdef THORAXLITE_THREADS
  if (threads > 1) return std::make_unique<Threads>(threads);
#else
  (void)threads;
#endif
  return std::make_unique<OneThread>();
}

}  // namespace thoraxlite
