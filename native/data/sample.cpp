#include "data/sample.h"

#include <algorithm>
#include <iostream>
#include <set>
#include <stdexcept>

#include "data/hashed_share.h"

namespace thoraxlite {
namespace {

template <class Wanted>
void keep_if(SampleList& list, const Wanted& wanted) {
  const auto end = std::remove_if(list.samples.begin(), list.samples.end(),
                                  [&](const Sample& sample) { return !wanted(sample); });
  list.samples.erase(end, list.samples.end());
}

}  // namespace

std::filesystem::path common_folder(const std::vector<Sample>& samples) {
  std::filesystem::path folder = samples.front().file.parent_path();
  for (const Sample& sample : samples) {
    const auto& file = sample.file;
    while (std::mismatch(folder.begin(), folder.end(), file.begin(), file.end()).first !=
           folder.end()) {
      folder = folder.parent_path();
    }
  }
  return folder;
}

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

bool is_of_child(const Sample& sample) {
  return sample.source == "kermany" || sample.age_years < 18;
}

SampleList select(SampleList list, Split split) {
  keep_if(list, [split](const Sample& sample) { return sample.split == split; });
  return list;
}

SampleList keep_sources(SampleList list, const std::vector<std::string>& sources,
                        const std::filesystem::path& file) {
  if (sources.empty()) return list;
  std::set<std::string> known;
  for (const Sample& sample : list.samples) known.insert(sample.source);
  for (const std::string& source : sources) {
    if (known.count(source)) continue;
    std::string names;
    for (const std::string& name : known) names += (names.empty() ? "" : ", ") + name;
    throw std::runtime_error(file.string() + ": no row of source '" + source + "'; it has " +
                             names);
  }
  const std::set<std::string> wanted(sources.begin(), sources.end());
  keep_if(list, [&](const Sample& sample) { return wanted.count(sample.source) > 0; });
  return list;
}

SampleList forget_labels(SampleList list, double share) {
  if (list.samples.empty()) return list;
  const std::filesystem::path folder = common_folder(list.samples);
  for (Sample& sample : list.samples) {
    if (sample.split != Split::train) continue;
    // Not the file's own name: CheXpert has one name for thousands of files.
    if (is_in_share(sample.file.lexically_relative(folder).generic_string(), share)) continue;
    std::fill(sample.targets.begin(), sample.targets.end(), kUnknown);
  }
  return list;
}

std::filesystem::path path_below(const std::filesystem::path& folder, const std::string& name) {
  constexpr char kSeparators[] = "/\\";
  bool leads_out = name.empty() || name.front() == '/';
  for (std::size_t begin = 0; begin < name.size();) {
    const std::size_t end = std::min(name.find_first_of(kSeparators, begin), name.size());
    leads_out = leads_out || name.compare(begin, end - begin, "..") == 0;
    begin = end + 1;
  }
  if (leads_out) {
    throw std::runtime_error("'" + name + "' is no file's path; expected one below " +
                             folder.string());
  }
  return folder / name;
}

void allow_few(std::int64_t lost, std::int64_t count, const std::string& what,
               const std::filesystem::path& file) {
  if (lost == 0) return;
  const std::string line =
      file.string() + ": " + std::to_string(lost) + " of " + std::to_string(count) + " " + what;
  if (lost * 100 > count) throw std::runtime_error(line + "; expected at most one in a hundred");
  std::cerr << line << ". Left out.\n";
}

}  // namespace thoraxlite
