// A model's network up to the average that its head reads: the features by which novelty and audits
// tell films apart.
#pragma once

#include <memory>
#include <vector>

#include "core/engine/engine.h"
#include "core/film_preparation.h"
#include "core/model/head.h"

namespace thoraxlite {

struct SeenFilm {
  PreparedFilm film;           // what the network was shown
  std::vector<float> average;  // of its last map, [channels]
};

// One thread at a time. model and head must outlive it.
class FeatureNetwork {
 public:
  // Throws std::runtime_error with the core's reason, as look() does.
  FeatureNetwork(const Model& model, const Head& head);

  // pixels: [film side, film side] in [0, 1].
  SeenFilm look(const std::vector<float>& pixels);

 private:
  const Model* model_;
  const Head* head_;
  std::unique_ptr<Engine> engine_;
  FilmPreparation preparation_;
};

}  // namespace thoraxlite
