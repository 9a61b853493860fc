#include "export/feature_network.h"

#include <stdexcept>
#include <utility>

#include "core/evidence.h"
#include "core/image/prepare.h"

namespace thoraxlite {
namespace {

template <class T>
T given(Result<T> result) {
  if (!result) throw std::runtime_error(result.error().message);
  return *std::move(result);
}

}  // namespace

FeatureNetwork::FeatureNetwork(const Model& model, const Head& head)
    : model_(&model),
      head_(&head),
      engine_(given(make_engine(model, EngineKind::automatic))),
      preparation_(given(FilmPreparation::make(model.card, model.lungs, EngineKind::automatic))) {}

SeenFilm FeatureNetwork::look(const std::vector<float>& pixels) {
  SeenFilm seen{given(preparation_.prepare(pixels)), {}};
  std::vector<float> input = seen.film.picture;
  normalise(input, model_->card.input);
  given(engine_->run(input));
  seen.average = run_head(*head_, engine_->last_map()).front();
  return seen;
}

}  // namespace thoraxlite
