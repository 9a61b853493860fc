// Work on several threads: items of one phase, taken from one counter by whoever is free.
#pragma once

#include <memory>

namespace thoraxlite {

class Workers {
 public:
  // threads: with the caller's own; at least 1. Where the build has no threads (WebAssembly without
  // shared memory), or the system gives fewer, there are fewer.
  static std::unique_ptr<Workers> make(int threads);
  virtual ~Workers() = default;

  virtual int threads() const = 0;

  // work(item, thread) for every item below count, each once; thread is below threads(). Returns
  // when all are done.
  template <class Work>
  void for_each(int count, Work&& work) {
    run(
        count,
        [](void* context, int item, int thread) { (*static_cast<Work*>(context))(item, thread); },
        &work);
  }

 protected:
  using Task = void (*)(void* context, int item, int thread);
  virtual void run(int count, Task task, void* context) = 0;
};

}  // namespace thoraxlite
