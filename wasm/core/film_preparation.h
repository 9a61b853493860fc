// From a film to what its classifier reads: through the lung network where the model has one.
#pragma once

#include <cstdint>
#include <memory>
#include <vector>

#include "core/engine/engine.h"
#include "core/lung_view.h"
#include "core/model/model.h"
#include "core/result.h"

namespace thoraxlite {

struct PreparedFilm {
  std::vector<float> picture;       // [input.size, input.size] in [0, 1]
  std::vector<std::uint8_t> lungs;  // [film side, film side], 1 inside; empty: no lung network
  Box box;                          // of the film, what the picture shows
  std::vector<float> lung_facts;    // of core/lung_view.h; empty where the film is seen whole
};

// What novelty is told by (core/novelty.h): of the picture and the average of the network's last
// map, and behind them the lung facts. size: of the picture.
std::vector<float> novelty_features(const PreparedFilm& film, int size,
                                    const std::vector<float>& average);

// How many that are, of a last map of so many channels.
int novelty_feature_count(const Card& card, int channels);

// Whether a lung network looked and found less than kLeastLungShare.
bool has_no_lungs(const PreparedFilm& film);

// Pixels a side that a card's films are averaged to.
int film_side(const Card& card);

// One thread at a time.
class FilmPreparation {
 public:
  // lungs: none where the model has no lung network; must be there where the card has a view.
  // Errors: those of make_engine.
  static Result<FilmPreparation> make(const Card& card, const std::optional<LungGraph>& lungs,
                                      EngineKind engine);

  // pixels: [film side, film side] in [0, 1]. Error: the network's.
  Result<PreparedFilm> prepare(const std::vector<float>& pixels);

 private:
  int film_side_ = 0;
  int size_ = 0;
  std::optional<LungView> view_;
  int lung_input_ = 0;              // pixels a side; 0: no lung network
  int lung_map_ = 0;                // positions a side
  std::unique_ptr<Engine> engine_;  // of the lung network
};

}  // namespace thoraxlite
