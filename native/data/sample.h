// A dataset as a list of samples, before any image is read.
#pragma once

#include <filesystem>
#include <string>
#include <vector>

namespace thoraxlite {

enum class Split { train, validation, test };

Split parse_split(const std::string& name);  // "train", "val", "test"; throws std::runtime_error
const char* to_string(Split split);

struct Sample {
  std::filesystem::path file;
  std::vector<float> targets;  // [labels]: 1 present, 0 absent
  Split split = Split::train;
  std::string source;  // hospital or collection; figures are reported for each
};

struct SampleList {
  std::vector<std::string> labels;
  bool exclusive = true;  // exactly one label a sample
  std::vector<Sample> samples;
};

// The samples of one split, in their order.
SampleList select(const SampleList& list, Split split);

}  // namespace thoraxlite
