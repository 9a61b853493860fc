// What both model fuzzers do with a file.
#pragma once

#include <cstdlib>

#include "core/engine/engine.h"
#include "core/evidence.h"
#include "core/film_preparation.h"
#include "core/novelty.h"

namespace thoraxlite {

inline constexpr int kLargestRun = 64;  // pixels a side

// A lung file alone, and what it finds.
inline void load_and_find_lungs(ByteView file) {
  const Result<LungGraph> lungs = load_lungs(file);
  if (!lungs) {
    if (lungs.error().message.empty()) std::abort();
    return;
  }
  if (lungs->size > kLargestRun) return;
  Card card;
  card.input.size = 20;
  card.view = LungView{};
  card.view->film = kLargestRun;
  auto preparation = FilmPreparation::make(card, *lungs, EngineKind::reference);
  if (!preparation) std::abort();
  const auto film = preparation->prepare(std::vector<float>(kLargestRun * kLargestRun, 0.5f));
  if (!film || film->picture.size() != 20 * 20) std::abort();
}

inline void load_and_run(ByteView file) {
  load_and_find_lungs(file);
  const Result<Model> model = load_model(file);
  if (!model) {
    if (model.error().message.empty()) std::abort();
    return;
  }
  // The limits allow networks that run for a minute; the fuzzer has none to spare.
  const int side = film_side(model->card);
  if (model->card.input.size > kLargestRun || side > 4 * kLargestRun) return;
  if (model->lungs && model->lungs->size > kLargestRun) return;
  auto engine = make_reference_engine(model->nodes, square_input(model->card.input.size));
  if (!engine) std::abort();
  auto preparation = FilmPreparation::make(model->card, model->lungs, EngineKind::reference);
  if (!preparation) std::abort();
  std::vector<float> pixels(static_cast<std::size_t>(side) * static_cast<std::size_t>(side));
  for (std::size_t i = 0; i < pixels.size(); ++i) pixels[i] = static_cast<float>(i % 7) / 6;
  const auto film = preparation->prepare(pixels);
  if (!film) std::abort();
  const auto logits = (*engine)->run(film->picture);
  if (!logits || logits->size() != model->card.labels.size()) std::abort();
  const std::optional<Head> head = read_head(model->nodes, model->card.input.size);
  if (!head) {
    if (model->novelty) std::abort();
    return;
  }
  const auto outputs = run_head(*head, (*engine)->last_map());
  if (outputs.back().size() != logits->size()) std::abort();
  const auto evidence =
      evidence_maps(*head, (*engine)->last_map(), outputs, model->card.activation);
  if (evidence) over_film(*evidence, film->box, side);
  if (model->novelty) {
    novelty_distance(*model->novelty,
                     novelty_features(*film, model->card.input.size, outputs.front()));
  }
}

}  // namespace thoraxlite
