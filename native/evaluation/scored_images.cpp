#include "evaluation/scored_images.h"

#include <algorithm>
#include <stdexcept>

namespace thoraxlite {
namespace {

[[noreturn]] void refuse(std::size_t image, const std::string& what) {
  throw std::runtime_error("scored image " + std::to_string(image + 1) + ": " + what);
}

}  // namespace

void check(const ScoredImages& images) {
  const std::size_t labels = images.labels.size();
  if (labels == 0 || images.size() == 0) {
    throw std::runtime_error("nothing to evaluate: expected at least one label and one image");
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

LabelScores label_scores(const ScoredImages& images, std::size_t label) {
  LabelScores known;
  for (std::size_t i = 0; i < images.size(); ++i) {
    const float target = images.targets[i][label];
    if (target < 0) continue;
    known.scores.push_back(images.scores[i][label]);
    known.present.push_back(target > 0);
    known.images.push_back(i);
  }
  return known;
}

namespace {

template <class Wanted>
ScoredImages keep(const ScoredImages& images, Wanted wanted) {
  ScoredImages part{images.labels, images.exclusive, {}, {}, {}};
  for (std::size_t i = 0; i < images.size(); ++i) {
    if (!wanted(i)) continue;
    part.scores.push_back(images.scores[i]);
    part.targets.push_back(images.targets[i]);
    part.sources.push_back(images.sources[i]);
    if (!images.patients.empty()) part.patients.push_back(images.patients[i]);
    if (!images.of_children.empty()) part.of_children.push_back(images.of_children[i]);
    if (!images.logits.empty()) part.logits.push_back(images.logits[i]);
    if (!images.called.empty()) part.called.push_back(images.called[i]);
    if (!images.ages.empty()) part.ages.push_back(images.ages[i]);
    if (!images.columns.empty()) part.columns.push_back(images.columns[i]);
  }
  return part;
}

}  // namespace

ScoredImages of_source(const ScoredImages& images, const std::string& source) {
  return keep(images, [&](std::size_t i) { return images.sources[i] == source; });
}

ScoredImages of_adults(const ScoredImages& images) {
  return keep(images,
              [&](std::size_t i) { return images.of_children.empty() || !images.of_children[i]; });
}

}  // namespace thoraxlite
