#include "data/reading.h"

#include <algorithm>
#include <optional>
#include <stdexcept>

namespace thoraxlite {

namespace {

// What a reading makes of targets: nothing where the film was not read, an empty row where it is
// neither.
class Readings {
 public:
  Readings(const SampleList& list, const std::filesystem::path& file)
      : labels_(list.labels.size()) {
    const auto place = [&](const char* label) {
      const auto found = std::find(list.labels.begin(), list.labels.end(), label);
      if (found == list.labels.end() || !list.exclusive) {
        throw std::runtime_error(file.string() +
                                 ": --reader needs labels that exclude each other, normal and "
                                 "pneumonia among them");
      }
      return static_cast<std::size_t>(found - list.labels.begin());
    };
    normal_ = place("normal");
    pneumonia_ = place("pneumonia");
  }

  std::optional<std::vector<float>> of(const Sample& sample) const {
    const auto reader = sample.columns.find("reader");
    if (reader == sample.columns.end()) return std::nullopt;
    const bool normal = reader->second == "Normal";
    if (!normal && reader->second != "Lung Opacity") return std::vector<float>{};
    std::vector<float> targets(labels_, 0.0f);
    targets[normal ? normal_ : pneumonia_] = 1.0f;
    return targets;
  }

 private:
  std::size_t labels_, normal_ = 0, pneumonia_ = 0;
};

}  // namespace

ReadingCounts label_by_reading(SampleList& list, const std::filesystem::path& file) {
  const Readings readings(list, file);
  ReadingCounts counts;
  std::vector<Sample> kept;
  for (Sample& sample : list.samples) {
    const auto targets = sample.split == Split::test ? std::nullopt : readings.of(sample);
    if (targets && targets->empty()) {
      ++counts.left_out;
      continue;
    }
    if (targets && *targets != sample.targets) {
      ++counts.changed;
      sample.targets = *targets;
    }
    kept.push_back(std::move(sample));
  }
  list.samples = std::move(kept);
  return counts;
}

SampleList keep_read(SampleList list, const std::filesystem::path& file) {
  const Readings readings(list, file);
  std::vector<Sample> kept;
  for (Sample& sample : list.samples) {
    const auto targets = readings.of(sample);
    if (!targets || targets->empty()) continue;
    sample.targets = *targets;
    kept.push_back(std::move(sample));
  }
  list.samples = std::move(kept);
  return list;
}

}  // namespace thoraxlite
