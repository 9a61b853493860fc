// What makes a network's logits scores and calls, fitted on its validation split alone.
#pragma once

#include <vector>

#include "data/image_set.h"
#include "evaluation/scored_images.h"
#include "models/network.h"
#include "training/film_input.h"

namespace thoraxlite {

struct Calibration {
  float temperature = 1;
  std::vector<float> thresholds;  // [labels]
  ScoredImages validation;        // what they were fitted on, at the temperature
};

// As kCalibrationPolicy of evaluation/calibration.h says. A label of which validation lacks a side
// is one line on standard error.
Calibration calibrate(Network& network, const ImageSet& validation, const FilmInput& input,
                      torch::Device device);

}  // namespace thoraxlite
