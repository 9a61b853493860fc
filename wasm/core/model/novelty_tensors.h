// The optional part of a model file that tells training films from other images.
#pragma once

#include <map>
#include <string>

#include "core/json/json.h"
#include "core/model/model.h"
#include "core/result.h"

namespace thoraxlite {

inline constexpr int kMaxNoveltyDirections = 256;

// Tensors novelty.mean [features], novelty.directions [directions, features],
// novelty.background_mean and novelty.background_variance [directions], F16 or F32, and
// self_test.novelty F32 [1]; they are removed from tensors. card_novelty: the card's object.
// features: as many as core/novelty.h makes for the network.
Result<Novelty> take_novelty(const Json& card_novelty, std::size_t features,
                             std::map<std::string, TensorView>& tensors);

}  // namespace thoraxlite
