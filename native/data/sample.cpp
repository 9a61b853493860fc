#include "data/sample.h"

#include <algorithm>
#include <iterator>
#include <stdexcept>

namespace thoraxlite {

Split parse_split(const std::string& name) {
  if (name == "train") return Split::train;
  if (name == "val") return Split::validation;
  if (name == "test") return Split::test;
  throw std::runtime_error("split '" + name + "' is not known; expected train, val or test");
}

const char* to_string(Split split) {
  switch (split) {
    case Split::train:
      return "train";
    case Split::validation:
      return "val";
    case Split::test:
      break;
  }
  return "test";
}

SampleList select(const SampleList& list, Split split) {
  SampleList selected{list.labels, list.exclusive, {}};
  std::copy_if(list.samples.begin(), list.samples.end(), std::back_inserter(selected.samples),
               [split](const Sample& sample) { return sample.split == split; });
  return selected;
}

}  // namespace thoraxlite
