#include "training/session.h"

#include <ATen/Parallel.h>
#include <sys/utsname.h>

#include <algorithm>
#include <fstream>
#include <iterator>

#include "core/version.h"
#include "utc_now.h"

namespace thoraxlite {
namespace {

// Its name where /proc/cpuinfo has one, which on ARM it has not; else its kind.
std::string processor() {
  std::ifstream lines("/proc/cpuinfo");
  for (std::string line; std::getline(lines, line);) {
    if (line.rfind("model name", 0) != 0) continue;
    const std::size_t value = line.find(": ");
    if (value != std::string::npos) return line.substr(value + 2);
  }
  utsname system{};
  return uname(&system) == 0 ? system.machine : "";
}

std::vector<std::string> command_line() {
  std::ifstream stream("/proc/self/cmdline", std::ios::binary);
  const std::string all(std::istreambuf_iterator<char>(stream), {});
  std::vector<std::string> words;
  for (std::size_t begin = 0; begin < all.size();) {
    const std::size_t end = std::min(all.find('\0', begin), all.size());
    words.push_back(all.substr(begin, end - begin));
    begin = end + 1;
  }
  return words;
}

}  // namespace

nlohmann::ordered_json session(const Parallel& parallel, std::int64_t epochs_done,
                               std::int64_t epochs) {
  return {{"date", utc_now()},
          {"revision", revision()},
          {"processor", processor()},
          {"threads", at::get_num_threads()},
          {"processes", parallel.size()},
          {"epochs_done", epochs_done},
          {"epochs", epochs},
          {"command", command_line()}};
}

}  // namespace thoraxlite
