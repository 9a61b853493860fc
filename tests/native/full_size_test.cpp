// Full-resolution films and their 224x224 training copies must score alike: the copies were resized
// by another program (Lanczos) and compressed again, so they agree closely, not exactly.
//   full_size_test MODEL DATA    DATA: the folder with samples/ and covid-cxr/
// Exit status 77, which CTest counts as skipped, where the films are not there.
#include <algorithm>
#include <cmath>
#include <cstdio>
#include <filesystem>
#include <map>
#include <stdexcept>

#include "core/screener.h"
#include "data/csv.h"
#include "data/file_bytes.h"

using namespace thoraxlite;
namespace fs = std::filesystem;

namespace {

// Of the largest difference of a score of each film.
constexpr double kLargestMean = 0.02;
constexpr double kLargest = 0.08;
constexpr int kSkipped = 77;

std::vector<Finding> scores(Screener& screener, const fs::path& file) {
  const auto bytes = require_file(file);
  // The difference of scores counts here, whether or not they would be shown.
  const Screening screening = screener.screen(file.string(), view(bytes), true);
  if (screening.status == Status::error) {
    throw std::runtime_error(file.string() + ": " + screening.message);
  }
  return screening.findings;
}

int compare(const fs::path& model_file, const fs::path& data) {
  const auto model = require_file(model_file);
  auto screener = Screener::open(view(model), sha256_hex(view(model)), EngineKind::automatic);
  if (!screener) throw std::runtime_error(screener.error().message);

  const CsvTable manifest = read_csv(data / "covid-cxr" / "manifest.csv");
  std::map<std::string, std::string> copies;
  for (const auto& row : manifest.rows) {
    copies[row[manifest.column("original")]] = row[manifest.column("file")];
  }

  const CsvTable samples = read_csv(data / "samples" / "samples.csv");
  std::vector<double> largest;  // of each film
  std::printf("%-30s %10s %10s %10s %10s\n", "film", "finding", "full", "copy", "difference");
  for (const auto& row : samples.rows) {
    const std::string& name = row[samples.column("file")];
    const auto copy = copies.find(name);
    if (copy == copies.end()) {
      std::printf("%-30s has no training copy in the manifest\n", name.c_str());
      continue;
    }
    const auto full = scores(*screener, data / "samples" / name);
    const auto small = scores(*screener, data / "covid-cxr" / copy->second);
    largest.push_back(0);
    for (std::size_t i = 0; i < full.size(); ++i) {
      const double difference = std::abs(full[i].score - small[i].score);
      largest.back() = std::max(largest.back(), difference);
      std::printf("%-30s %10s %10.4f %10.4f %10.4f\n", name.c_str(), full[i].label.c_str(),
                  full[i].score, small[i].score, difference);
    }
  }
  if (largest.empty()) {
    std::printf("skipped: no film has a training copy\n");
    return kSkipped;
  }
  double mean = 0;
  for (const double difference : largest) mean += difference / static_cast<double>(largest.size());
  const double most = *std::max_element(largest.begin(), largest.end());
  std::printf(
      "%zu films, largest difference of a score: %.4f on average, %.4f ever; expected at "
      "most %.2f and %.2f\n",
      largest.size(), mean, most, kLargestMean, kLargest);
  return mean <= kLargestMean && most <= kLargest ? 0 : 1;
}

}  // namespace

int main(int argc, char** argv) {
  if (argc != 3) {
    std::fprintf(stderr, "usage: full_size_test MODEL DATA\n");
    return 2;
  }
  for (const char* needed : {"samples/samples.csv", "covid-cxr/manifest.csv"}) {
    if (fs::exists(fs::path(argv[2]) / needed)) continue;
    std::printf("skipped: %s/%s is not there\n", argv[2], needed);
    return kSkipped;
  }
  try {
    return compare(argv[1], argv[2]);
  } catch (const std::exception& error) {
    std::fprintf(stderr, "full_size_test: %s\n", error.what());
    return 1;
  }
}
