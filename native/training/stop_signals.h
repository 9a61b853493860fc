// Ctrl-C and SIGTERM as a wish to stop soon, so that work can be put by first.
#pragma once

#include <stdexcept>
#include <string>

namespace thoraxlite {

// While it lives, the first SIGINT or SIGTERM is kept, and says on standard error that a second
// one ends the process at once. One at a time; handlers are put back at its end.
class StopSignals {
 public:
  StopSignals();
  ~StopSignals();
  StopSignals(const StopSignals&) = delete;
  StopSignals& operator=(const StopSignals&) = delete;

  int received() const;  // its number; 0: none
};

// Work was put by since a signal came; says how to go on.
struct Stopped : std::runtime_error {
  Stopped(const std::string& what, int number) : std::runtime_error(what), signal(number) {}
  int signal;
};

}  // namespace thoraxlite
