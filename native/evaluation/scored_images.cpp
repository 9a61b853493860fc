#include "evaluation/scored_images.h"

#include <algorithm>
#include <cmath>
#include <stdexcept>

namespace thoraxlite {
namespace {

// The one list of what there is of each image.
template <class Change>
void for_each_vector(const ScoredImages& from, ScoredImages& to, const Change& change) {
  change(from.scores, to.scores);
  change(from.targets, to.targets);
  change(from.sources, to.sources);
  change(from.patients, to.patients);
  change(from.of_children, to.of_children);
  change(from.logits, to.logits);
  change(from.called, to.called);
  change(from.ages, to.ages);
  change(from.columns, to.columns);
  change(from.names, to.names);
}

[[noreturn]] void refuse(std::size_t image, const std::string& what) {
  throw std::runtime_error("scored image " + std::to_string(image + 1) + ": " + what);
}

}  // namespace

void check(const ScoredImages& images) {
  const std::size_t labels = images.labels.size();
  if (labels == 0 || images.size() == 0) {
    throw std::runtime_error("nothing to evaluate: expected at least one label and one image");
  }
  const auto as_many = [&](std::size_t there) { return there == 0 || there == images.size(); };
  for (const std::size_t there : {images.logits.size(), images.called.size(),
                                  images.patients.size(), images.of_children.size(),
                                  images.ages.size(), images.columns.size(), images.names.size()}) {
    if (!as_many(there)) {
      throw std::runtime_error(
          "scored images: " + std::to_string(images.size()) + " scores, " + std::to_string(there) +
          " logits, calls, patients, ages, columns or names; expected as many, "
          "or none");
    }
  }
  if (images.targets.size() != images.size() || images.sources.size() != images.size()) {
    throw std::runtime_error("scored images: " + std::to_string(images.size()) + " scores, " +
                             std::to_string(images.targets.size()) + " targets and " +
                             std::to_string(images.sources.size()) +
                             " sources; expected as many of each");
  }
  for (std::size_t i = 0; i < images.size(); ++i) {
    if (images.scores[i].size() != labels || images.targets[i].size() != labels) {
      refuse(i, "expected " + std::to_string(labels) + " scores and targets, one a label");
    }
    for (const float score : images.scores[i]) {
      if (!(score >= 0.0f && score <= 1.0f)) {
        refuse(i, "score " + std::to_string(score) + "; expected 0 to 1");
      }
    }
    if (!images.logits.empty() &&
        (images.logits[i].size() != labels ||
         !std::all_of(images.logits[i].begin(), images.logits[i].end(),
                      [](float logit) { return std::isfinite(logit); }))) {
      refuse(i, "expected " + std::to_string(labels) + " logits that are numbers, one a label");
    }
    for (const float target : images.targets[i]) {
      if (target != 1.0f && target != 0.0f && target != -1.0f) {
        refuse(i, "target " + std::to_string(target) + "; expected 1, 0 or -1 (unknown)");
      }
    }
    const auto present = std::count(images.targets[i].begin(), images.targets[i].end(), 1.0f);
    if (images.exclusive && present != 1) {
      refuse(i, std::to_string(present) + " labels are present; expected one, as they exclude " +
                    "each other");
    }
  }
}

const std::vector<std::vector<float>>& ranks(const ScoredImages& images) {
  return images.logits.empty() ? images.scores : images.logits;
}

bool is_called(const ScoredImages& images, const std::vector<float>& thresholds, std::size_t image,
               std::size_t label) {
  if (!images.called.empty()) return images.called[image][label] != 0;
  return images.scores[image][label] >= thresholds[label];
}

LabelScores label_scores(const ScoredImages& images, std::size_t label) {
  const auto& by = ranks(images);
  LabelScores known;
  for (std::size_t i = 0; i < images.size(); ++i) {
    const float target = images.targets[i][label];
    if (target < 0) continue;
    known.scores.push_back(images.scores[i][label]);
    known.ranks.push_back(by[i][label]);
    known.present.push_back(target > 0);
    known.images.push_back(i);
  }
  return known;
}

ScoredImages pick(const ScoredImages& images, const std::vector<std::size_t>& places) {
  ScoredImages picked;
  picked.labels = images.labels;
  picked.exclusive = images.exclusive;
  for_each_vector(images, picked, [&](const auto& from, auto& to) {
    if (from.empty()) return;
    to.reserve(places.size());
    for (const std::size_t place : places) to.push_back(from[place]);
  });
  return picked;
}

bool is_exclusive(const std::vector<float>& targets) {
  return std::count(targets.begin(), targets.end(), 1.0f) == 1 &&
         std::count(targets.begin(), targets.end(), -1.0f) == 0;
}

ScoredImages pick_labels(ScoredImages images, const std::vector<std::string>& labels) {
  std::vector<std::size_t> places;
  for (const std::string& label : labels) {
    const auto found = std::find(images.labels.begin(), images.labels.end(), label);
    if (found == images.labels.end()) throw std::runtime_error("no label '" + label + "'");
    places.push_back(static_cast<std::size_t>(found - images.labels.begin()));
  }
  const auto picked = [&](auto& rows) {
    for (auto& row : rows) {
      auto kept = row;
      kept.clear();
      for (const std::size_t place : places) kept.push_back(row[place]);
      row = std::move(kept);
    }
  };
  picked(images.scores);
  picked(images.targets);
  picked(images.logits);
  picked(images.called);
  images.labels = labels;
  images.exclusive = std::all_of(images.targets.begin(), images.targets.end(),
                                 [](const auto& targets) { return is_exclusive(targets); });
  return images;
}

ScoredImages joined(const std::vector<ScoredImages>& parts) {
  ScoredImages all;
  all.labels = parts.front().labels;
  all.exclusive = parts.front().exclusive;
  for (const ScoredImages& part : parts) {
    for_each_vector(part, all, [](const auto& from, auto& to) {
      to.insert(to.end(), from.begin(), from.end());
    });
  }
  return all;
}

ScoredImages of_source(const ScoredImages& images, const std::string& source) {
  std::vector<std::size_t> places;
  for (std::size_t i = 0; i < images.size(); ++i) {
    if (images.sources[i] == source) places.push_back(i);
  }
  return pick(images, places);
}

ScoredImages of_adults(const ScoredImages& images) {
  std::vector<std::size_t> places;
  for (std::size_t i = 0; i < images.size(); ++i) {
    if (images.of_children.empty() || !images.of_children[i]) places.push_back(i);
  }
  return pick(images, places);
}

}  // namespace thoraxlite
