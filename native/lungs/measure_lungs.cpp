#include "lungs/measure_lungs.h"

#include <torch/torch.h>

#include <algorithm>
#include <set>
#include <stdexcept>
#include <string>

#include "core/engine/engine.h"
#include "core/lung_view.h"
#include "data/for_each_index.h"

namespace thoraxlite {
namespace {

constexpr const char* kSourceOfChildren = "kermany";

}  // namespace

torch::Tensor find_lungs(const LungGraph& graph, const LungFilms& films) {
  torch::Tensor masks = torch::empty_like(films.masks);
  const auto side = static_cast<int>(films.pixels.size(2));
  const std::size_t area = static_cast<std::size_t>(side) * static_cast<std::size_t>(side);
  for_each_index_with(static_cast<std::size_t>(films.size()), [&] {
    auto engine = make_engine(graph.nodes, graph.size, EngineKind::automatic);
    if (!engine) throw std::runtime_error(engine.error().message);
    return [&, engine = std::move(*engine)](std::size_t i) {
      const auto* first = films.pixels.data_ptr<std::uint8_t>() + i * area;
      std::vector<float> pixels(area);
      for (std::size_t k = 0; k < area; ++k) pixels[k] = static_cast<float>(first[k]) / 255;
      const auto logits = engine->run(lung_input(pixels, side, graph.size));
      if (!logits) throw std::runtime_error(logits.error().message);
      const std::vector<std::uint8_t> mask =
          lung_field(*logits, graph.nodes.back().output.width, side);
      std::copy(mask.begin(), mask.end(), masks.data_ptr<std::uint8_t>() + i * area);
    };
  });
  return masks.squeeze(1);
}

std::vector<LungFigures> figures_of(const LungFilms& films, const torch::Tensor& found) {
  const torch::Tensor drawn = films.masks.squeeze(1);
  const torch::Tensor overlap = dice(found, drawn);
  const auto area = [](const torch::Tensor& masks) {
    return masks.flatten(1).sum(1).to(torch::kFloat64);
  };
  const torch::Tensor error = (area(found) - area(drawn)).abs() / area(drawn).clamp_min(1);
  std::vector<std::string> names = {"all", "children", "adults"};
  const std::set<std::string> sources(films.sources.begin(), films.sources.end());
  names.insert(names.end(), sources.begin(), sources.end());
  std::vector<LungFigures> figures;
  for (const std::string& name : names) {
    std::vector<double> dices, errors;
    std::vector<std::string> patients;
    for (std::size_t i = 0; i < films.sources.size(); ++i) {
      const std::string& source = films.sources[i];
      const bool child = source == kSourceOfChildren;
      if (name != "all" && name != source && name != (child ? "children" : "adults")) continue;
      dices.push_back(overlap[static_cast<std::int64_t>(i)].item<double>());
      errors.push_back(error[static_cast<std::int64_t>(i)].item<double>());
      patients.push_back(films.patients[i]);
    }
    if (!dices.empty()) figures.push_back(lung_figures(name, dices, errors, patients));
  }
  return figures;
}

}  // namespace thoraxlite
