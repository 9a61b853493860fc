#include "data/reading.h"

#include <algorithm>
#include <stdexcept>

namespace thoraxlite {

ReadingCounts label_by_reading(SampleList& list, const std::filesystem::path& file) {
  const auto place = [&](const char* label) {
    const auto found = std::find(list.labels.begin(), list.labels.end(), label);
    if (found == list.labels.end() || !list.exclusive) {
      throw std::runtime_error(file.string() +
                               ": --reader needs labels that exclude each other, normal and "
                               "pneumonia among them");
    }
    return static_cast<std::size_t>(found - list.labels.begin());
  };
  const std::size_t normal = place("normal"), pneumonia = place("pneumonia");

  ReadingCounts counts;
  const auto leaves_out = [&](Sample& sample) {
    const auto reader = sample.columns.find("reader");
    if (sample.split == Split::test || reader == sample.columns.end()) return false;
    if (reader->second != "Normal" && reader->second != "Lung Opacity") {
      ++counts.left_out;
      return true;
    }
    std::vector<float> targets(list.labels.size(), 0.0f);
    targets[reader->second == "Normal" ? normal : pneumonia] = 1.0f;
    if (targets == sample.targets) return false;
    ++counts.changed;
    sample.targets = std::move(targets);
    return false;
  };
  std::vector<Sample> kept;
  for (Sample& sample : list.samples) {
    if (!leaves_out(sample)) kept.push_back(std::move(sample));
  }
  list.samples = std::move(kept);
  return counts;
}

}  // namespace thoraxlite
