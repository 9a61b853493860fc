#include "training/whole_file.h"

#include <fcntl.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <stdexcept>

namespace thoraxlite {

WholeFile::WholeFile(std::filesystem::path file)
    : file_(std::move(file)), part_(file_.string() + ".part") {
  descriptor_ = ::open(part_.c_str(), O_RDWR | O_CREAT | O_TRUNC | O_CLOEXEC, 0666);
  if (descriptor_ < 0) fail(errno);
}

WholeFile::~WholeFile() {
  if (descriptor_ < 0) return;
  ::close(descriptor_);
  ::unlink(part_.c_str());
}

void WholeFile::write(const void* bytes, std::size_t size) {
  const auto* next = static_cast<const char*>(bytes);
  while (size > 0) {
    const ssize_t written = ::write(descriptor_, next, size);
    if (written < 0 && errno == EINTR) continue;
    if (written < 0) fail(errno);
    next += written;
    size -= static_cast<std::size_t>(written);
  }
}

void WholeFile::reserve(std::size_t size) {
  const int error = ::posix_fallocate(descriptor_, 0, static_cast<off_t>(size));
  if (error != 0) fail(error);
}

void WholeFile::publish() {
  if (::fsync(descriptor_) != 0) fail(errno);
  if (::rename(part_.c_str(), file_.c_str()) != 0) fail(errno);
  ::close(descriptor_);
  descriptor_ = -1;
}

void WholeFile::fail(int error) const {
  throw std::runtime_error(file_.string() + ": cannot be written: " + std::strerror(error));
}

void write_atomically(const std::filesystem::path& file, const std::string& bytes) {
  WholeFile whole(file);
  whole.write(bytes.data(), bytes.size());
  whole.publish();
}

}  // namespace thoraxlite
