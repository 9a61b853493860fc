// A system that gives no more threads: while a RefusedThreads lives, none can be started. To be
// included once in a program, whose pthread_create it defines.
#pragma once

#include <dlfcn.h>
#include <pthread.h>

#include <atomic>
#include <cerrno>

namespace thoraxlite {

inline std::atomic<bool> threads_are_refused{false};
inline std::atomic<int> refused_threads{0};

struct RefusedThreads {
  RefusedThreads() {
    refused_threads = 0;
    threads_are_refused = true;
  }
  ~RefusedThreads() { threads_are_refused = false; }
  RefusedThreads(const RefusedThreads&) = delete;
  RefusedThreads& operator=(const RefusedThreads&) = delete;
  int count() const { return refused_threads; }
};

}  // namespace thoraxlite

extern "C" int pthread_create(pthread_t* thread, const pthread_attr_t* attributes,
                              void* (*start)(void*), void* argument) {
  if (thoraxlite::threads_are_refused) {
    ++thoraxlite::refused_threads;
    return EAGAIN;
  }
  static const auto create =
      reinterpret_cast<decltype(&pthread_create)>(dlsym(RTLD_NEXT, "pthread_create"));
  return create(thread, attributes, start, argument);
}
