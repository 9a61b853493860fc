// The time left of a run of many epochs, and of the runs that follow it, from how long its epochs
// have taken so far.
#pragma once

#include <cstdint>
#include <string>

namespace thoraxlite {

class TimeLeft {
 public:
  // epochs: of the run, of which `done` are behind it. later_epochs: what follows the run, as if
  // it were more epochs of it; 0: nothing.
  TimeLeft(std::int64_t epochs, std::int64_t done, double later_epochs);

  // An epoch is behind it that took so many seconds with its validation.
  void add_epoch(double seconds);

  // Seconds left of the run, `seconds` into an epoch of which `share` (0 to 1) is done.
  double of_run(double seconds, double share) const;
  // The same with what follows.
  double of_all(double seconds, double share) const;

  // "run 12:30 left", with what follows ", all about 2:10:05 left". Empty before there is anything
  // to go by.
  std::string text(double seconds, double share) const;

 private:
  double epoch_seconds(double seconds, double share) const;

  std::int64_t epochs_, done_;
  double later_epochs_;
  double mean_ = 0;  // of the epochs behind it, the later ones counting more; 0: none yet
};

// Minutes and seconds, 12:30, or with hours, 2:10:05.
std::string clock_text(double seconds);

}  // namespace thoraxlite
