#include "training/progress.h"

#include <sys/ioctl.h>
#include <unistd.h>

#include <algorithm>
#include <cstdio>

#include "training/time_left.h"

namespace thoraxlite {
namespace {

using Clock = std::chrono::steady_clock;

constexpr auto kRedraw = std::chrono::milliseconds(200);
constexpr auto kPlainLine = std::chrono::seconds(30);
constexpr int kBarWidth = 20;  // characters

// Columns of the terminal: a line that wraps could not be drawn over.
std::size_t columns() {
  winsize size{};
  return ioctl(STDERR_FILENO, TIOCGWINSZ, &size) == 0 && size.ws_col > 1 ? size.ws_col : 80u;
}

}  // namespace

Progress::Progress(std::string title, std::int64_t total, std::int64_t begun)
    : title_(std::move(title)),
      total_(std::max<std::int64_t>(total, 1)),
      begun_(std::min(begun, total_)),
      done_(begun_),
      terminal_(isatty(STDERR_FILENO) != 0),
      start_(Clock::now()),
      drawn_(start_) {}

Progress::~Progress() {
  if (terminal_) std::fputs("\r\033[K", stderr);
}

void Progress::advance(std::int64_t steps, const std::string& note) {
  const std::lock_guard<std::mutex> lock(mutex_);
  done_ = std::min(done_ + steps, total_);
  const auto now = Clock::now();
  const Clock::duration pause = terminal_ ? Clock::duration(kRedraw) : Clock::duration(kPlainLine);
  if (now - drawn_ < pause) return;
  drawn_ = now;

  const double share = static_cast<double>(done_) / static_cast<double>(total_);
  const double elapsed = std::chrono::duration<double>(now - start_).count();
  const auto own = static_cast<double>(done_ - begun_);
  const double left = own > 0 ? elapsed * static_cast<double>(total_ - done_) / own : 0;
  std::string bar;
  if (terminal_) {
    const int filled = static_cast<int>(share * kBarWidth);
    bar = " [" + std::string(static_cast<std::size_t>(filled), '#') +
          std::string(static_cast<std::size_t>(kBarWidth - filled), '.') + "]";
  }
  char percent[16];
  std::snprintf(percent, sizeof percent, " %3.0f %%, ", share * 100);
  std::string line = title_ + bar + percent + clock_text(left) + " left";
  if (!note.empty()) line += ", " + note;
  if (terminal_) line = "\r\033[K" + line.substr(0, columns() - 1);
  std::fprintf(stderr, "%s%s", line.c_str(), terminal_ ? "" : "\n");
  std::fflush(stderr);
}

}  // namespace thoraxlite
