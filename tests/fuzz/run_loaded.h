// What both model fuzzers do with a file.
#pragma once

#include <cstdlib>

#include "core/engine/engine.h"

namespace thoraxlite {

inline void load_and_run(ByteView file) {
  const Result<Model> model = load_model(file);
  if (!model) {
    if (model.error().message.empty()) std::abort();
    return;
  }
  // The limits allow networks that run for a minute; the fuzzer has none to spare.
  if (model->card.input.size > 64) return;
  auto engine = make_reference_engine(*model);
  if (!engine) std::abort();
  const std::size_t side = static_cast<std::size_t>(model->card.input.size);
  const auto logits = (*engine)->run(std::vector<float>(side * side, 0.5f));
  if (!logits || logits->size() != model->card.labels.size()) std::abort();
}

}  // namespace thoraxlite
