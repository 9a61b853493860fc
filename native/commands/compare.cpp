#include <iostream>

#include "commands/commands.h"
#include "data/file_bytes.h"
#include "evaluation/comparison.h"
#include "training/checkpoint.h"

namespace thoraxlite {

using Json = nlohmann::ordered_json;

void compare_models(const CompareOptions& options) {
  const Predictions first = read_predictions(options.first);
  const Predictions second = read_predictions(options.second);
  const Comparison comparison = compare(first, second);
  std::cout << "A: " << options.first.string() << "\nB: " << options.second.string() << "\n"
            << to_table(comparison);

  if (options.output.empty()) return;
  const auto file_json = [](const std::filesystem::path& file) -> Json {
    return {{"file", file.filename().string()}, {"sha256", sha256_hex(view(require_file(file)))}};
  };
  Json json = {{"first", file_json(options.first)}, {"second", file_json(options.second)}};
  json.update(to_json(comparison));
  write_atomically(options.output, json.dump(2) + "\n");
}

}  // namespace thoraxlite
