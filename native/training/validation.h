// What an epoch came to: the losses of its steps, and figures on the validation images.
#pragma once

#include <functional>
#include <nlohmann/json.hpp>
#include <optional>
#include <string>

#include "data/image_set.h"
#include "evaluation/evaluation.h"
#include "models/network.h"
#include "training/checkpoint.h"
#include "training/film_input.h"
#include "training/run_options.h"

namespace thoraxlite {

// Means over an epoch's steps; zero where a term is not used.
struct Losses {
  double total = 0, hard = 0, soft = 0, maps = 0;
};

struct Validation {
  // At thresholds of 0.5, without bootstrap intervals; nothing where no label is known.
  std::optional<Evaluation> evaluation;
  double loss = 0;  // of the hard labels, reduced over classes as in training; else of the soft
  double selection = 0;  // selection_figure(); where no label is known, agreement
  bool diverged =
      false;  // its outputs are no numbers, or as wrong and as sure as if they were none
};

// What a guide says of validation images of which no label is known.
struct Taught {
  torch::Tensor logits;                              // float32 [N, labels], on the CPU
  std::function<double(const torch::Tensor&)> loss;  // of logits like these, against them
};

// input: of the same options. taught: where no image has a label that is known; else logits
// undefined.
Validation validate(Network& network, const ImageSet& images, const RunOptions& options,
                    const FilmInput& input, torch::Device device, const Taught& taught);

// 1 less the mean over images and labels of the difference of two networks' scores, regardless of
// its sign: softmax where labels exclude each other, else sigmoid. Both float32 [N, labels].
double score_agreement(const torch::Tensor& first, const torch::Tensor& second, bool exclusive);

// The epoch's line of metrics.jsonl. rate: the learning rate of its last step; seconds: of its
// steps.
nlohmann::ordered_json metrics_line(std::int64_t epoch, const Losses& losses,
                                    const Validation& result, const Position& position, double rate,
                                    double seconds);

// The same in one line for a terminal.
std::string metrics_text(const nlohmann::ordered_json& line, std::int64_t epochs);

}  // namespace thoraxlite
