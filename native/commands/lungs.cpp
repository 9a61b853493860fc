#include <torch/torch.h>

#include <iostream>
#include <stdexcept>

#include "commands/commands.h"
#include "core/version.h"
#include "data/file_bytes.h"
#include "export/fold.h"
#include "export/lung_file.h"
#include "lungs/measure_lungs.h"
#include "training/checkpoint.h"
#include "training/device.h"
#include "training/run_folder.h"
#include "training/whole_file.h"

namespace thoraxlite {
namespace {

using Json = nlohmann::ordered_json;

constexpr int kSide = 2 * kLungInput;

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
    const std::vector<LungFigures> figures = figures_of(films, find_lungs(*graph, films));
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
