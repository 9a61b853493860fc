// What an epoch came to: the losses of its steps, and figures on the validation images.
#pragma once

#include <nlohmann/json.hpp>
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
  Evaluation evaluation;  // at thresholds of 0.5, without bootstrap intervals
  double loss = 0;        // of the hard labels, reduced over classes as in training
  double selection = 0;   // selection_figure()
  bool diverged =
      false;  // its outputs are no numbers, or as wrong and as sure as if they were none
};

// input: of the same options.
Validation validate(Network& network, const ImageSet& images, const RunOptions& options,
                    const FilmInput& input, torch::Device device);

// The epoch's line of metrics.jsonl. rate: the learning rate of its last step; seconds: of its
// steps.
nlohmann::ordered_json metrics_line(std::int64_t epoch, const Losses& losses,
                                    const Validation& result, const Position& position, double rate,
                                    double seconds);

// The same in one line for a terminal.
std::string metrics_text(const nlohmann::ordered_json& line, std::int64_t epochs);

}  // namespace thoraxlite
