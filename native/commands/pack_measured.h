// A network with what its films say of it, as a model file: the end of every export.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "core/image/grey_image.h"
#include "data/data_options.h"
#include "data/image_set.h"
#include "data/label_match.h"
#include "evaluation/calibration.h"
#include "export/model_file.h"
#include "models/network.h"
#include "training/film_input.h"
#include "training/whole_file.h"

namespace thoraxlite {

// The phantom that every model file is tested with when it is opened.
GreyImage self_test_picture();

// Temperature and operating points, from the validation split alone. validation: with the card's
// labels. has_ages: whether children and adults can be told apart among its films.
void add_calibration(Network& network, const FilmInput& input, const ImageSet& validation,
                     bool has_ages, CardContent& card);

struct MeasuringOptions {
  DataOptions data;
  WeightType type = WeightType::float16;
  LabelsMap map = {};                       // where the data has other labels than the card
  std::vector<std::string> subgroups = {};  // of the test split
  std::int64_t test_images = 0;
  bool labelled = true;                     // else statistics of films alone, and no figures
  std::string policy = kCalibrationPolicy;  // of the figures, as the card says it
  // What the validation split was for; empty: for nothing.
  std::string chosen_by_validation = "by which the network was chosen and calibrated";
};

// Fits what tells films from other pictures, packs, evaluates what was packed on validation and
// test films, and publishes the file with these figures in its card. Throws std::runtime_error.
void pack_measured(const FoldedNetwork& folded, CardContent card, const MeasuringOptions& options,
                   const ImageSet& training, const ImageSet& validation, WholeFile& output);

}  // namespace thoraxlite
