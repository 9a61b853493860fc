#include <fcntl.h>
#include <sys/file.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <fstream>
#include <stdexcept>

#include "training/run_folder.h"

namespace thoraxlite {

RunLock::RunLock(const std::filesystem::path& run) {
  std::filesystem::create_directories(run);
  const std::filesystem::path file = run / "lock";
  descriptor_ = ::open(file.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0666);
  if (descriptor_ < 0) {
    throw std::runtime_error(file.string() + ": cannot be written: " + std::strerror(errno));
  }
  if (::flock(descriptor_, LOCK_EX | LOCK_NB) != 0) {
    if (errno != EWOULDBLOCK) return;
    std::string process;
    std::getline(std::ifstream(file) >> std::ws, process);
    ::close(descriptor_);
    throw std::runtime_error(run.string() + ": process " + process +
                             " is training in this folder; wait for its end, or choose another");
  }
  const std::string process = std::to_string(::getpid()) + "\n";
  [[maybe_unused]] const bool told =
      ::ftruncate(descriptor_, 0) == 0 && ::write(descriptor_, process.data(), process.size()) > 0;
}

RunLock::~RunLock() {
  ::close(descriptor_);
}

}  // namespace thoraxlite
