// What both model fuzzers do with a file.
#pragma once

#include <cstdlib>

#include "core/engine/engine.h"
#include "core/evidence.h"
#include "core/novelty.h"

namespace thoraxlite {

inline void load_and_run(ByteView file) {
  const Result<Model> model = load_model(file);
  if (!model) {
    if (model.error().message.empty()) std::abort();
    return;
  }
  // The limits allow networks that run for a minute; the fuzzer has none to spare.
  if (model->card.input.size > 64) return;
  auto engine = make_reference_engine(model->nodes, model->card.input.size);
  if (!engine) std::abort();
  const std::size_t side = static_cast<std::size_t>(model->card.input.size);
  const std::vector<float> pixels(side * side, 0.5f);
  const auto logits = (*engine)->run(pixels);
  if (!logits || logits->size() != model->card.labels.size()) std::abort();
  const std::optional<Head> head = read_head(model->nodes, model->card.input.size);
  if (!head) {
    if (model->novelty) std::abort();
    return;
  }
  const auto outputs = run_head(*head, (*engine)->last_map());
  if (outputs.back().size() != logits->size()) std::abort();
  evidence_maps(*head, (*engine)->last_map(), outputs, model->card.activation);
  if (model->novelty) {
    novelty_distance(*model->novelty,
                     novelty_features(pixels, model->card.input.size, outputs.front()));
  }
}

}  // namespace thoraxlite
