#include "core/film_preparation.h"

#include <utility>

#include "core/novelty.h"

namespace thoraxlite {

int film_side(const Card& card) {
  return card.view ? card.view->film : card.input.size;
}

std::vector<float> novelty_features(const PreparedFilm& film, int size,
                                    const std::vector<float>& average) {
  std::vector<float> features = novelty_features(film.picture, size, average);
  features.insert(features.end(), film.lung_facts.begin(), film.lung_facts.end());
  return features;
}

int novelty_feature_count(const Card& card, int channels) {
  return kThumbnailSide * kThumbnailSide + channels + (card.view ? kLungFacts : 0);
}

bool has_no_lungs(const PreparedFilm& film) {
  return !film.lungs.empty() && lung_share(film.lungs) < kLeastLungShare;
}

Result<FilmPreparation> FilmPreparation::make(const Card& card,
                                              const std::optional<LungGraph>& lungs,
                                              EngineKind engine) {
  FilmPreparation preparation;
  preparation.film_side_ = thoraxlite::film_side(card);
  preparation.size_ = card.input.size;
  preparation.view_ = card.view;
  if (!lungs) return preparation;
  preparation.lung_input_ = lungs->size;
  preparation.lung_map_ = lungs->nodes.back().output.width;
  auto made = make_engine(lungs->nodes, lungs->size, engine);
  if (!made) return tl::unexpected(made.error());
  preparation.engine_ = std::move(*made);
  return preparation;
}

Result<PreparedFilm> FilmPreparation::prepare(const std::vector<float>& pixels) {
  PreparedFilm film;
  film.box = {0, 0, film_side_, film_side_};
  if (engine_) {
    const auto logits = engine_->run(lung_input(pixels, film_side_, lung_input_));
    if (!logits) return tl::unexpected(logits.error());
    film.lungs = lung_field(*logits, lung_map_, film_side_);
    if (view_) film.lung_facts = lung_facts(*logits, lung_map_);
  }
  if (!view_) {
    film.picture = pixels;
    return film;
  }
  film.box = lung_box(film.lungs, *view_);
  film.picture = lung_picture(pixels, film.lungs, film.box, *view_, size_);
  return film;
}

}  // namespace thoraxlite
