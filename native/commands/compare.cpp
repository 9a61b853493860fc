#include <iostream>
#include <stdexcept>

#include "commands/commands.h"
#include "data/file_bytes.h"
#include "evaluation/comparison.h"
#include "training/checkpoint.h"

namespace thoraxlite {

using Json = nlohmann::ordered_json;

namespace {

Comparison compare_files(const std::filesystem::path& first, const std::filesystem::path& second) {
  const Predictions of_first = read_predictions(first), of_second = read_predictions(second);
  try {
    return compare(of_first, of_second);
  } catch (const std::runtime_error& error) {
    throw std::runtime_error(first.string() + " and " + second.string() + ": " + error.what());
  }
}

}  // namespace

void compare_models(const CompareOptions& options) {
  const Comparison comparison = compare_files(options.first, options.second);
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
