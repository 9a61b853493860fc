#include "training/cores.h"

#ifdef __linux__
#include <sched.h>
#endif

#include <algorithm>
#include <thread>

namespace thoraxlite {

// Threads on cores that the process may not use wait for each other at every barrier: a step took
// sixteen times as long.
int cores_of_this_process() {
#ifdef __linux__
  cpu_set_t cores;
  if (sched_getaffinity(0, sizeof cores, &cores) == 0) return CPU_COUNT(&cores);
#endif
  return std::max(1, static_cast<int>(std::thread::hardware_concurrency()));
}

}  // namespace thoraxlite
