#include "training/waiting_threads.h"

#include <cstdlib>
#ifdef __linux__
#include <sys/auxv.h>
#include <unistd.h>

#include <filesystem>
#include <string>
#include <system_error>
#endif

namespace thoraxlite {

void let_waiting_threads_sleep(char** argv) {
  for (const char* name : {"OMP_WAIT_POLICY", "GOMP_SPINCOUNT", "KMP_BLOCKTIME"}) {
    if (std::getenv(name) != nullptr) return;
  }
  setenv("OMP_WAIT_POLICY", "passive", 0);
#ifdef __linux__
  // The program by its own name, so that it keeps it in lists of processes; by the link itself, if
  // its file was replaced meanwhile; and as it was called, where there is no /proc.
  std::error_code missing;
  const std::filesystem::path link = "/proc/self/exe";
  const std::string target = std::filesystem::read_symlink(link, missing).string();
  if (!target.empty()) execv(target.c_str(), argv);
  execv(link.c_str(), argv);
  // An address, given as a number.
  const auto* called = reinterpret_cast<const char*>(getauxval(AT_EXECFN));
  if (called != nullptr) execv(called, argv);
#else
  static_cast<void>(argv);
#endif
}

}  // namespace thoraxlite
