// Progress of long work: a bar with the time left on a terminal, plain lines elsewhere.
// Debian has no C++ progress library (looked up 2026-11), and this is all that is needed of one.
#pragma once

#include <chrono>
#include <cstdint>
#include <string>

namespace thoraxlite {

class Progress {
 public:
  Progress(std::string title, std::int64_t total);
  ~Progress();
  Progress(const Progress&) = delete;
  Progress& operator=(const Progress&) = delete;

  void advance(std::int64_t steps, const std::string& note = "");

 private:
  std::string title_;
  std::int64_t total_;
  std::int64_t done_ = 0;
  bool terminal_;
  std::chrono::steady_clock::time_point start_;
  std::chrono::steady_clock::time_point drawn_;
};

}  // namespace thoraxlite
