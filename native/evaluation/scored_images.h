// What is evaluated: a model's scores on the images of a split, beside what is known of each image.
#pragma once

#include <map>
#include <string>
#include <vector>

namespace thoraxlite {

// Parallel vectors, one entry an image.
struct ScoredImages {
  std::vector<std::string> labels;
  bool exclusive = true;                    // exactly one label is present in every image
  std::vector<std::vector<float>> scores;   // [images][labels], in [0, 1]
  std::vector<std::vector<float>> targets;  // [images][labels]: 1 present, 0 absent, -1 unknown
  std::vector<std::string> sources;         // [images]
  std::vector<std::string> patients = {};   // [images], an empty text is unknown; or nothing
  std::vector<bool> of_children = {};       // [images]; or nothing
  // [images][labels], finite; or nothing. Ranks, and which label is the highest, are theirs: a
  // score as a float32 is 1 for every logit above 17.
  std::vector<std::vector<float>> logits = {};
  std::vector<std::vector<int>> called = {};  // [images][labels], 1 or 0; or nothing: by thresholds
  std::vector<double> ages = {};              // [images], years, NaN unknown; or nothing
  // [images], what else is known of each, by name (data/sample.h); or nothing
  std::vector<std::map<std::string, std::string>> columns = {};
  std::vector<std::string> names = {};  // [images], which film it is; or nothing

  std::size_t size() const { return scores.size(); }
};

// Throws std::runtime_error naming the first image, counted from 1, that breaks the contract above;
// also without images or labels.
void check(const ScoredImages& images);

// What orders images and labels: the logits, or the scores where there are none.
const std::vector<std::vector<float>>& ranks(const ScoredImages& images);

// Whether an image counts as having a finding: as `called` says, or its score is at least the
// threshold. thresholds: [labels], of no use where `called` is there.
bool is_called(const ScoredImages& images, const std::vector<float>& thresholds, std::size_t image,
               std::size_t label);

// The images of which the label is known, as parallel vectors.
struct LabelScores {
  std::vector<float> scores;
  std::vector<float> ranks;
  std::vector<int> present;         // 1 or 0
  std::vector<std::size_t> images;  // index of each in the ScoredImages
};

LabelScores label_scores(const ScoredImages& images, std::size_t label);

// The images at these places, in this order; a place may come twice.
ScoredImages pick(const ScoredImages& images, const std::vector<std::size_t>& places);

// The same with these labels alone, each one of theirs, in this order.
ScoredImages pick_labels(ScoredImages images, const std::vector<std::string>& labels);

// All images, one part after another. parts: at least one, of the same labels.
ScoredImages joined(const std::vector<ScoredImages>& parts);

// Whether one label is present, and all others are absent.
bool is_exclusive(const std::vector<float>& targets);

// The images of one source, in their order.
ScoredImages of_source(const ScoredImages& images, const std::string& source);

// Those that are not known to be of children, in their order.
ScoredImages of_adults(const ScoredImages& images);

}  // namespace thoraxlite
