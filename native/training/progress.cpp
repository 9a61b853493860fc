#include "training/progress.h"

#include <unistd.h>

#include <algorithm>
#include <cstdio>

namespace thoraxlite {
namespace {

using Clock = std::chrono::steady_clock;

constexpr auto kRedraw = std::chrono::milliseconds(200);
constexpr auto kPlainLine = std::chrono::seconds(30);
constexpr int kBarWidth = 30;  // characters

std::string clock_text(double seconds) {
  const auto whole = static_cast<long long>(seconds + 0.5);
  char text[32];
  std::snprintf(text, sizeof text, "%lld:%02lld", whole / 60, whole % 60);
  return text;
}

}  // namespace

Progress::Progress(std::string title, std::int64_t total)
    : title_(std::move(title)),
      total_(std::max<std::int64_t>(total, 1)),
      terminal_(isatty(STDERR_FILENO) != 0),
      start_(Clock::now()),
      drawn_(start_) {}

Progress::~Progress() {
  if (terminal_) std::fputs("\r\033[K", stderr);
}

void Progress::advance(std::int64_t steps, const std::string& note) {
  done_ = std::min(done_ + steps, total_);
  const auto now = Clock::now();
  const Clock::duration pause = terminal_ ? Clock::duration(kRedraw) : Clock::duration(kPlainLine);
  if (now - drawn_ < pause) return;
  drawn_ = now;

  const double share = static_cast<double>(done_) / static_cast<double>(total_);
  const double elapsed = std::chrono::duration<double>(now - start_).count();
  const double left = share > 0 ? elapsed * (1 - share) / share : 0;
  std::string bar;
  if (terminal_) {
    const int filled = static_cast<int>(share * kBarWidth);
    bar = " [" + std::string(static_cast<std::size_t>(filled), '#') +
          std::string(static_cast<std::size_t>(kBarWidth - filled), '.') + "]";
  }
  std::fprintf(stderr, "%s%s%s %3.0f %%, %s left%s%s%s", terminal_ ? "\r\033[K" : "",
               title_.c_str(), bar.c_str(), share * 100, clock_text(left).c_str(),
               note.empty() ? "" : ", ", note.c_str(), terminal_ ? "" : "\n");
  std::fflush(stderr);
}

}  // namespace thoraxlite
