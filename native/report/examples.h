// Films with what a network said of them, right and wrong.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "evaluation/scored_images.h"

namespace thoraxlite {

struct ExampleFinding {
  std::string label;
  float target = 0;  // 1 present, 0 absent, -1 unknown
  float score = 0;
  bool called = false;
};

struct Example {
  std::vector<std::uint8_t> image;  // a whole PNG or JPEG file
  std::string name;                 // the file's, as the dataset has it
  std::string network;
  std::vector<ExampleFinding> findings;
};

// Whether every known label is called as it is. Where labels exclude each other, the highest logit
// calls; else each label's threshold.
bool is_right(const ScoredImages& images, const std::vector<float>& thresholds, std::size_t image);

// Up to `of_each` images that the network has right, then up to `of_each` that it has wrong, drawn
// by the seed: not picked to look good.
std::vector<std::size_t> draw_examples(const ScoredImages& images,
                                       const std::vector<float>& thresholds, std::size_t of_each,
                                       std::uint64_t seed = 1);

// file: the image's, PNG or JPEG, as it is to be shown.
Example make_example(const ScoredImages& images, const std::vector<float>& thresholds,
                     std::size_t image, std::vector<std::uint8_t> file, const std::string& name,
                     const std::string& network);

// Throws std::runtime_error for an image that is neither PNG nor JPEG.
std::string examples_html(const std::vector<Example>& examples);

}  // namespace thoraxlite
