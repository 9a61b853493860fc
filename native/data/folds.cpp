#include "data/folds.h"

#include <algorithm>
#include <cstdio>
#include <map>
#include <set>
#include <stdexcept>
#include <tuple>
#include <utility>

#include "data/hashed_share.h"

namespace thoraxlite {
namespace {

// A patient, or an image of whom nobody knows.
struct Group {
  std::string name;
  std::uint64_t hash = 0;
  std::vector<std::size_t> samples;
};

bool is_folded(const Sample& sample) {
  return sample.split != Split::test;
}

std::vector<Group> groups_of(const SampleList& list) {
  const std::filesystem::path folder = common_folder(list.samples);
  std::map<std::string, Group> groups;
  for (std::size_t i = 0; i < list.samples.size(); ++i) {
    const Sample& sample = list.samples[i];
    if (!is_folded(sample)) continue;
    // A patient called as a file is another one.
    const std::string name = sample.patient.empty()
                                 ? "file " + sample.file.lexically_relative(folder).generic_string()
                                 : "patient " + sample.patient;
    Group& group = groups[name];
    group.name = name;
    group.hash = name_hash(name);
    group.samples.push_back(i);
  }
  std::vector<Group> in_order;
  for (auto& [name, group] : groups) in_order.push_back(std::move(group));
  std::sort(in_order.begin(), in_order.end(), [](const Group& a, const Group& b) {
    return std::tie(a.hash, a.name) < std::tie(b.hash, b.name);
  });
  return in_order;
}

// Images in which each label is present.
std::vector<std::int64_t> label_counts(const SampleList& list) {
  std::vector<std::int64_t> counts(list.labels.size(), 0);
  for (const Sample& sample : list.samples) {
    if (!is_folded(sample)) continue;
    for (std::size_t label = 0; label < counts.size(); ++label) {
      counts[label] += sample.targets[label] == 1 ? 1 : 0;
    }
  }
  return counts;
}

// What a group's images are shared out by: the rarest label of any of them (the number of labels
// where it has none), and the source of the first.
using Stratum = std::pair<std::size_t, std::string>;

Stratum stratum_of(const Group& group, const SampleList& list,
                   const std::vector<std::int64_t>& counts) {
  std::size_t rarest = counts.size();
  for (const std::size_t i : group.samples) {
    for (std::size_t label = 0; label < counts.size(); ++label) {
      if (list.samples[i].targets[label] != 1) continue;
      if (rarest == counts.size() || counts[label] < counts[rarest]) rarest = label;
    }
  }
  return {rarest, list.samples[group.samples.front()].source};
}

}  // namespace

Fold parse_fold(const std::string& text) {
  if (text.empty()) return {};
  Fold fold;
  char rest = 0;
  if (std::sscanf(text.c_str(), "%4d/%4d%c", &fold.held_out, &fold.count, &rest) != 2 ||
      fold.count < 3 || fold.held_out < 1 || fold.held_out > fold.count) {
    throw std::runtime_error("fold '" + text +
                             "': expected PART/PARTS, as 2/5, of at least three parts");
  }
  return fold;
}

std::vector<int> deal_into_folds(const SampleList& list, int count) {
  const std::vector<Group> groups = list.samples.empty() ? std::vector<Group>{} : groups_of(list);
  if (groups.size() < static_cast<std::size_t>(count)) {
    throw std::runtime_error(std::to_string(count) + " folds of " + std::to_string(groups.size()) +
                             " patients or images outside the test split; expected at least " +
                             std::to_string(count));
  }
  const std::vector<std::int64_t> counts = label_counts(list);
  std::vector<std::int64_t> images(static_cast<std::size_t>(count), 0);
  std::map<Stratum, std::vector<std::int64_t>> of_stratum;
  std::vector<int> folds(list.samples.size(), 0);
  for (const Group& group : groups) {
    auto& stratum = of_stratum[stratum_of(group, list, counts)];
    stratum.resize(images.size(), 0);
    std::size_t fewest = 0;
    for (std::size_t fold = 1; fold < images.size(); ++fold) {
      if (std::tie(stratum[fold], images[fold]) < std::tie(stratum[fewest], images[fewest])) {
        fewest = fold;
      }
    }
    const auto size = static_cast<std::int64_t>(group.samples.size());
    stratum[fewest] += size;
    images[fewest] += size;
    for (const std::size_t i : group.samples) folds[i] = static_cast<int>(fewest) + 1;
  }
  return folds;
}

Split split_of(int part, const Fold& fold) {
  if (part == fold.held_out) return Split::test;
  return part == fold.held_out % fold.count + 1 ? Split::validation : Split::train;
}

SampleList split_by_fold(SampleList list, const Fold& fold) {
  if (fold.count == 0) return list;
  const std::vector<int> folds = deal_into_folds(list, fold.count);
  std::vector<Sample> kept;
  for (std::size_t i = 0; i < folds.size(); ++i) {
    if (folds[i] == 0) continue;
    Sample& sample = list.samples[i];
    sample.split = split_of(folds[i], fold);
    kept.push_back(std::move(sample));
  }
  list.samples = std::move(kept);
  return list;
}

std::string fold_unit(const SampleList& list) {
  std::set<std::string> patients;
  std::int64_t images = 0, alone = 0;
  for (const Sample& sample : list.samples) {
    if (!is_folded(sample)) continue;
    ++images;
    if (sample.patient.empty())
      ++alone;
    else
      patients.insert(sample.patient);
  }
  const std::string all = std::to_string(images) + " images";
  if (alone == images) {
    return all +
           ", dealt out by image: no patient is known, and images of one person may lie in "
           "several folds";
  }
  const std::string by_patient = all + " of " + std::to_string(patients.size()) + " patients";
  if (alone == 0) return by_patient + ", dealt out by patient";
  return by_patient + ", dealt out by patient; " + std::to_string(alone) +
         " images without a patient by themselves";
}

}  // namespace thoraxlite
