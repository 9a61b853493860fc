#include "training/stop_signals.h"

#include <unistd.h>

#include <array>
#include <csignal>

namespace thoraxlite {
namespace {

constexpr std::array kSignals = {SIGINT, SIGTERM};

volatile std::sig_atomic_t first_signal = 0;
std::array<struct sigaction, kSignals.size()> before;

void keep(int number) {
  if (first_signal != 0) {
    std::signal(number, SIG_DFL);
    std::raise(number);
    return;
  }
  first_signal = number;
  constexpr char kText[] = "\nstopping after this step; a second signal ends at once\n";
  [[maybe_unused]] const ssize_t written = ::write(STDERR_FILENO, kText, sizeof kText - 1);
}

}  // namespace

StopSignals::StopSignals() {
  first_signal = 0;
  struct sigaction action = {};
  action.sa_handler = keep;
  action.sa_flags = SA_RESTART;
  for (std::size_t i = 0; i < kSignals.size(); ++i) sigaction(kSignals[i], &action, &before[i]);
}

StopSignals::~StopSignals() {
  for (std::size_t i = 0; i < kSignals.size(); ++i) sigaction(kSignals[i], &before[i], nullptr);
}

int StopSignals::received() const {
  return first_signal;
}

}  // namespace thoraxlite
