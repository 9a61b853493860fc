#include "data/sample.h"

#include <algorithm>
#include <cctype>
#include <cstdlib>
#include <iostream>
#include <set>
#include <stdexcept>
#include <unordered_map>

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
  std::string small = name;
  for (char& letter : small) {
    letter = static_cast<char>(std::tolower(static_cast<unsigned char>(letter)));
  }
  if (small == "train") return Split::train;
  if (small == "val" || small == "valid" || small == "validation") return Split::validation;
  if (small == "test") return Split::test;
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

double plausible_years(const std::string& text) {
  char* end = nullptr;
  const double years = std::strtod(text.c_str(), &end);
  const std::string unit = end;
  const bool is_age = end != text.c_str() && (unit.empty() || unit == "Y");
  return is_age && years > 0 && years < 120 ? years : std::numeric_limits<double>::quiet_NaN();
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

SampleList keep_labels(SampleList list, const std::vector<std::string>& labels,
                       const std::filesystem::path& file) {
  if (labels.empty()) return list;
  std::vector<std::size_t> kept;
  for (const std::string& label : labels) {
    const auto found = std::find(list.labels.begin(), list.labels.end(), label);
    if (found == list.labels.end() || std::count(labels.begin(), labels.end(), label) > 1) {
      std::string names;
      for (const std::string& name : list.labels) names += (names.empty() ? "" : ", ") + name;
      throw std::runtime_error(file.string() + ": --labels names '" + label +
                               "'; expected some of " + names + ", each once");
    }
    kept.push_back(static_cast<std::size_t>(found - list.labels.begin()));
  }
  for (Sample& sample : list.samples) {
    std::vector<float> targets;
    for (const std::size_t label : kept) targets.push_back(sample.targets[label]);
    sample.targets = std::move(targets);
  }
  list.exclusive = list.exclusive && kept.size() == list.labels.size();
  list.labels = labels;
  return list;
}

void refuse_shared_patients(const SampleList& list, const std::filesystem::path& file) {
  std::unordered_map<std::string, const Sample*> first;
  for (const Sample& sample : list.samples) {
    if (sample.patient.empty()) continue;
    const Sample& other = *first.emplace(sample.patient, &sample).first->second;
    if (other.split == sample.split) continue;
    const auto place = [](const Sample& one) {
      return std::string(to_string(one.split)) + " (" +
             (one.row > 0 ? "row " + std::to_string(one.row) : one.file.string()) + ")";
    };
    throw std::runtime_error(file.string() + ": patient '" + sample.patient + "' is in " +
                             place(other) + " and in " + place(sample) +
                             "; expected each patient in one split");
  }
}

SampleList keep_existing(SampleList list, const std::filesystem::path& file) {
  const std::size_t all = list.samples.size();
  keep_if(list, [](const Sample& sample) { return std::filesystem::exists(sample.file); });
  if (list.samples.size() < all) {
    std::cerr << file.string() << ": " << all - list.samples.size() << " of " << all
              << " images are not there. Left out.\n";
  }
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
  std::string path = name;
  std::replace(path.begin(), path.end(), '\\', '/');
  const bool is_absolute =
      !path.empty() &&
      (path.front() == '/' || (path.size() > 2 && path[1] == ':' && path[2] == '/' &&
                               std::isalpha(static_cast<unsigned char>(path.front())) != 0));
  bool leads_out = path.empty() || is_absolute;
  for (std::size_t begin = 0; begin < path.size();) {
    const std::size_t end = std::min(path.find('/', begin), path.size());
    leads_out = leads_out || path.compare(begin, end - begin, "..") == 0;
    begin = end + 1;
  }
  if (leads_out) {
    throw std::runtime_error("'" + name + "' is no file's path" +
                             (is_absolute ? " that may be used, being absolute" : "") +
                             "; expected one below " + folder.string());
  }
  return folder / path;
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
