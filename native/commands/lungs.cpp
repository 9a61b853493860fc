#include <torch/torch.h>

#include <iostream>
#include <set>
#include <stdexcept>

#include "commands/commands.h"
#include "core/engine/engine.h"
#include "core/lung_view.h"
#include "core/version.h"
#include "data/file_bytes.h"
#include "data/for_each_index.h"
#include "export/fold.h"
#include "export/lung_file.h"
#include "lungs/lung_figures.h"
#include "training/checkpoint.h"
#include "training/device.h"
#include "training/run_folder.h"
#include "training/whole_file.h"

namespace thoraxlite {
namespace {

using Json = nlohmann::ordered_json;

constexpr int kSide = 2 * kLungInput;
constexpr const char* kSourceOfChildren = "kermany";

// What the core finds: uint8 [N, side, side].
torch::Tensor found_by_core(const LungGraph& graph, const LungFilms& films) {
  torch::Tensor masks = torch::empty_like(films.masks);
  const std::size_t area = std::size_t{kSide} * kSide;
  for_each_index_with(static_cast<std::size_t>(films.size()), [&] {
    auto engine = make_engine(graph.nodes, graph.size, EngineKind::automatic);
    if (!engine) throw std::runtime_error(engine.error().message);
    return [&, engine = std::move(*engine)](std::size_t i) {
      const auto* first = films.pixels.data_ptr<std::uint8_t>() + i * area;
      std::vector<float> pixels(area);
      for (std::size_t k = 0; k < area; ++k) pixels[k] = static_cast<float>(first[k]) / 255;
      const auto logits = engine->run(lung_input(pixels, kSide, graph.size));
      if (!logits) throw std::runtime_error(logits.error().message);
      const std::vector<std::uint8_t> mask =
          lung_field(*logits, graph.nodes.back().output.width, kSide);
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

}  // namespace

void run_lungs(const LungsCommand& command) {
  keep_freed_memory();
  use_all_cores(1);
  const RunLock lock(command.run);
  WholeFile output(command.output);
  torch::manual_seed(command.training.seed);
  LungNetwork network;
  Json facts = {{"training",
                 {{"revision", revision()},
                  {"epochs", command.training.epochs},
                  {"seed", command.training.seed},
                  {"data_sha256", sha256_hex(view(require_file(command.data / "masks.csv")))}}}};
  {
    const LungFilms training = read_lung_films(command.data, Split::train, kSide),
                    validation = read_lung_films(command.data, Split::validation, kSide);
    facts["training"]["films"] = training.size();
    train_lungs(network, training, validation, command.training, command.run);
  }
  load_network(command.run / "best.pt", network);
  const FoldedNetwork folded = fold(network);
  // Measured as packed, since rounding is part of what is used.
  const auto unmeasured = pack_lungs(folded, kLungInput, Json::object());
  const Result<LungGraph> graph = load_lungs(view(unmeasured));
  if (!graph) throw std::runtime_error(graph.error().message);
  for (const Split split : {Split::validation, Split::test}) {
    const LungFilms films = read_lung_films(command.data, split, kSide);
    const std::vector<LungFigures> figures = figures_of(films, found_by_core(*graph, films));
    std::cout << to_string(split) << "\n" << to_table(figures);
    for (const LungFigures& of : figures) {
      facts["evaluation"][to_string(split)].push_back(to_json(of));
    }
  }
  const auto packed = pack_lungs(folded, kLungInput, facts);
  output.write(packed.data(), packed.size());
  output.publish();
  std::cout << command.output.string() << ": " << packed.size() << " bytes\n";
}

}  // namespace thoraxlite
