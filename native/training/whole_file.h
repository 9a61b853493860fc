// A file that is whole or absent: written beside its place, flushed to disk, and renamed.
#pragma once

#include <cstddef>
#include <filesystem>
#include <string>

namespace thoraxlite {

class WholeFile {
 public:
  // Opens FILE.part, so that a place where nothing can be written is known before the work. Throws
  // std::runtime_error naming the file, as every call does: where the disk is full, it says so, and
  // what was in FILE stays.
  explicit WholeFile(std::filesystem::path file);
  ~WholeFile();  // what was not published is removed
  WholeFile(const WholeFile&) = delete;
  WholeFile& operator=(const WholeFile&) = delete;

  void write(const void* bytes, std::size_t size);
  // Sets `size` bytes of the disk aside, so that none of them can fail to be written later, also
  // through a map of the file.
  void reserve(std::size_t size);
  void publish();

  const std::filesystem::path& part() const { return part_; }

 private:
  [[noreturn]] void fail(int error) const;

  std::filesystem::path file_, part_;
  int descriptor_ = -1;
};

// Puts `bytes` into `file` in one go.
void write_atomically(const std::filesystem::path& file, const std::string& bytes);

}  // namespace thoraxlite
