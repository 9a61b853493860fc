#include "training/time_left.h"

#include <algorithm>
#include <cstdio>

namespace thoraxlite {

TimeLeft::TimeLeft(std::int64_t epochs, std::int64_t done, double later_epochs)
    : epochs_(epochs), done_(done), later_epochs_(later_epochs) {}

void TimeLeft::add_epoch(double seconds) {
  ++done_;
  mean_ = mean_ > 0 ? (mean_ + seconds) / 2 : seconds;
}

double TimeLeft::epoch_seconds(double seconds, double share) const {
  if (mean_ > 0) return mean_;
  return share > 0 ? seconds / share : 0;
}

double TimeLeft::of_run(double seconds, double share) const {
  const double whole = epoch_seconds(seconds, share);
  return std::max(0.0, (static_cast<double>(epochs_ - done_) - share) * whole);
}

double TimeLeft::of_all(double seconds, double share) const {
  return of_run(seconds, share) + later_epochs_ * epoch_seconds(seconds, share);
}

std::string TimeLeft::text(double seconds, double share) const {
  if (epoch_seconds(seconds, share) <= 0) return "";
  std::string text = "run " + clock_text(of_run(seconds, share)) + " left";
  if (later_epochs_ > 0) text += ", all about " + clock_text(of_all(seconds, share)) + " left";
  return text;
}

std::string clock_text(double seconds) {
  const auto whole = static_cast<long long>(seconds + 0.5);
  char text[48];
  if (whole < 3600) {
    std::snprintf(text, sizeof text, "%lld:%02lld", whole / 60, whole % 60);
  } else {
    std::snprintf(text, sizeof text, "%lld:%02lld:%02lld", whole / 3600, whole / 60 % 60,
                  whole % 60);
  }
  return text;
}

}  // namespace thoraxlite
