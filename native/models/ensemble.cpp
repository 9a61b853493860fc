#include "models/ensemble.h"

namespace thoraxlite {

Ensemble::Ensemble(std::vector<Member> named_members) : members(std::move(named_members)) {
  for (const auto& [name, network] : members) register_module(name, network);
}

ModelOutput Ensemble::forward(const torch::Tensor& images) {
  ModelOutput output;
  std::vector<torch::Tensor> logits;
  for (const auto& [name, network] : members) {
    const ModelOutput own = network->forward(images);
    logits.push_back(own.logits);
    for (const auto& [map, values] : own.features) {
      output.features.emplace_back(name + "." + map, values);
    }
  }
  output.logits = torch::stack(logits).mean(0);
  return output;
}

}  // namespace thoraxlite
