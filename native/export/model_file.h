// A folded network to the bytes of a model file (wasm/core/model/model.h).
#pragma once

#include <nlohmann/json.hpp>
#include <optional>
#include <string>
#include <vector>

#include "core/image/grey_image.h"
#include "core/image/prepare.h"
#include "core/model/model.h"
#include "export/card_texts.h"
#include "export/film_statistics.h"
#include "export/folded_network.h"
#include "export/lung_file.h"

namespace thoraxlite {

enum class WeightType { float32, float16 };

WeightType parse_weight_type(const std::string& name);  // throws std::runtime_error

// What the card says beyond the network itself.
struct CardContent {
  std::string name;
  std::vector<std::string> labels;
  Activation activation = Activation::sigmoid;
  InputSpec input;
  std::optional<LungView> view;      // nothing where the network sees films whole
  std::optional<PackedLungs> lungs;  // where there is a view
  double minimum_age = 0;            // years
  std::string version;               // of the program that exports; empty: not said
  std::string neither;               // the label that means none of the others; empty: none
  CardTexts texts;
  float temperature = 1.0f;
  std::vector<OperatingPoint> operating_points;  // [labels]; the default
  std::vector<OperatingSet> operating_sets;      // that may be chosen instead
  std::optional<FilmStatistics> statistics;      // self-test left to pack_model
  nlohmann::ordered_json training;               // where the weights come from
  nlohmann::ordered_json evaluation;             // null until measured
};

// Rounds the tensors to `type` and packs them. The self-test is `picture` (8 bit, any size) with
// the logits that LibTorch gives, with the rounded weights, for what the core makes of it.
std::vector<std::uint8_t> pack_model(const FoldedNetwork& network, const CardContent& card,
                                     WeightType type, const GreyImage& picture);

}  // namespace thoraxlite
