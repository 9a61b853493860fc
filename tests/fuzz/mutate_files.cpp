// mutate_TARGET RUNS FOLDER...: that many damaged copies of the files in the folders, the same ones
// every time, through what fuzz_TARGET runs. It needs no fuzzer, so that every build with
// sanitizers can run it.
#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <random>
#include <vector>

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size);

namespace {

using Bytes = std::vector<std::uint8_t>;

constexpr std::uintmax_t kLargest = 70'000;  // bytes; larger files only take longer

class Mutator {
 public:
  explicit Mutator(const std::vector<Bytes>& seeds) : seeds_(seeds) {}

  // One to four changes: a bit, a byte, a few equal bytes, a cut, a hole, a piece twice, a piece of
  // another file.
  Bytes next(std::size_t run) {
    Bytes bytes = seeds_[run % seeds_.size()];
    for (std::size_t changes = 1 + below(4); changes > 0 && bytes.size() > 8; --changes) {
      // Half of the changes where the elements are.
      const std::size_t at =
          below(below(2) == 0 ? std::min<std::size_t>(bytes.size(), 1024) : bytes.size());
      const auto place = bytes.begin() + static_cast<std::ptrdiff_t>(at);
      const std::size_t length = std::min(1 + below(below(2) == 0 ? 4 : 64), bytes.size() - at);
      const auto end = place + static_cast<std::ptrdiff_t>(length);
      constexpr std::uint8_t kOdd[] = {0, 1, 0x7f, 0x80, 0xff};
      switch (below(8)) {
        case 0:
          *place ^= static_cast<std::uint8_t>(1u << below(8));
          break;
        case 1:
          *place = kOdd[below(std::size(kOdd))];
          break;
        case 2:
          *place = static_cast<std::uint8_t>(below(256));
          break;
        case 3:
          std::fill(place, end, kOdd[below(std::size(kOdd))]);
          break;
        case 4:
          bytes.resize(at);
          break;
        case 5:
          bytes.erase(place, end);
          break;
        case 6: {
          const Bytes piece(place, end);
          bytes.insert(place, piece.begin(), piece.end());
          break;
        }
        default: {
          const Bytes& other = seeds_[below(seeds_.size())];
          const std::size_t from = below(other.size());
          const std::size_t count = std::min(length, other.size() - from);
          bytes.insert(place, other.begin() + static_cast<std::ptrdiff_t>(from),
                       other.begin() + static_cast<std::ptrdiff_t>(from + count));
        }
      }
    }
    return bytes;
  }

 private:
  std::size_t below(std::size_t limit) { return random_() % limit; }

  const std::vector<Bytes>& seeds_;
  std::mt19937 random_;  // the same everywhere
};

}  // namespace

int main(int argc, char** argv) {
  if (argc < 3) return 2;
  std::vector<std::filesystem::path> files;
  for (int i = 2; i < argc; ++i) {
    if (!std::filesystem::is_directory(argv[i])) {
      std::printf("%s is not there: nothing of it is tried.\n", argv[i]);
      continue;
    }
    for (const auto& entry : std::filesystem::directory_iterator(argv[i])) {
      const bool is_small = entry.is_regular_file() && entry.file_size() <= kLargest;
      if (is_small && entry.file_size() > 0) files.push_back(entry.path());
    }
  }
  std::sort(files.begin(), files.end());
  std::vector<Bytes> seeds;
  for (const auto& file : files) {
    std::ifstream stream(file, std::ios::binary);
    seeds.emplace_back(std::istreambuf_iterator<char>(stream), std::istreambuf_iterator<char>());
    LLVMFuzzerTestOneInput(seeds.back().data(), seeds.back().size());
  }
  if (seeds.empty()) return 1;
  Mutator mutator(seeds);
  const auto runs = static_cast<std::size_t>(std::atoll(argv[1]));
  for (std::size_t run = 0; run < runs; ++run) {
    const Bytes bytes = mutator.next(run);
    LLVMFuzzerTestOneInput(bytes.data(), bytes.size());
  }
  std::printf("%zu files, %zu damaged copies: each was read, or refused in a sentence.\n",
              seeds.size(), runs);
}
