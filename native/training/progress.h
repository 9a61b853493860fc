// Progress of long work: a bar with the time left on a terminal, plain lines elsewhere.
// Debian has no C++ progress library (looked up 2026-11), and this is all that is needed of one.
#pragma once

#include <chrono>
#include <cstdint>
#include <mutex>
#include <string>

namespace thoraxlite {

class Progress {
 public:
  // begun: steps that lie behind it already, at a pace that nobody knows.
  Progress(std::string title, std::int64_t total, std::int64_t begun = 0);
  ~Progress();
  Progress(const Progress&) = delete;
  Progress& operator=(const Progress&) = delete;

  // Several threads may.
  void advance(std::int64_t steps, const std::string& note = "");

 private:
  std::string title_;
  std::int64_t total_;
  std::int64_t begun_;
  std::int64_t done_;
  std::mutex mutex_;
  bool terminal_;
  std::chrono::steady_clock::time_point start_;
  std::chrono::steady_clock::time_point drawn_;
};

}  // namespace thoraxlite
