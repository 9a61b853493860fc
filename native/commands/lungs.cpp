#include <torch/torch.h>

#include <cmath>
#include <iostream>
#include <set>

#include "commands/commands.h"
#include "lungs/lung_figures.h"
#include "lungs/train_lungs.h"
#include "training/checkpoint.h"
#include "training/device.h"
#include "training/run_folder.h"

namespace thoraxlite {
namespace {

constexpr const char* kSourceOfChildren = "kermany";

}  // namespace

void run_lungs(const LungsCommand& command) {
  keep_freed_memory();
  use_all_cores(1);
  const RunLock lock(command.run);
  constexpr int kSide = 2 * kLungInput;
  const LungFilms training = read_lung_films(command.data, Split::train, kSide),
                  validation = read_lung_films(command.data, Split::validation, kSide);
  torch::manual_seed(command.training.seed);
  LungNetwork network;
  train_lungs(network, training, validation, command.training, command.run);
  load_network(command.run / "best.pt", network);
  for (const Split split : {Split::validation, Split::test}) {
    const LungFilms films = read_lung_films(command.data, split, kSide);
    const torch::Tensor found = lung_masks(network, films), drawn = films.masks.squeeze(1);
    const torch::Tensor overlap = dice(found, drawn);
    const torch::Tensor area = drawn.flatten(1).sum(1).to(torch::kFloat64);
    const torch::Tensor error =
        (found.flatten(1).sum(1).to(torch::kFloat64) - area).abs() / area.clamp_min(1);
    std::set<std::string> names(films.sources.begin(), films.sources.end());
    names.insert({"all", "adults"});
    std::vector<LungFigures> figures;
    for (const std::string& name : names) {
      std::vector<double> dices, errors;
      std::vector<std::string> patients;
      for (std::size_t i = 0; i < films.sources.size(); ++i) {
        const std::string& source = films.sources[i];
        if (name != "all" && name != source && !(name == "adults" && source != kSourceOfChildren)) {
          continue;
        }
        dices.push_back(overlap[static_cast<std::int64_t>(i)].item<double>());
        errors.push_back(error[static_cast<std::int64_t>(i)].item<double>());
        patients.push_back(films.patients[i]);
      }
      figures.push_back(lung_figures(name, dices, errors, patients));
    }
    std::cout << to_string(split) << "\n" << to_table(figures);
  }
}

}  // namespace thoraxlite
