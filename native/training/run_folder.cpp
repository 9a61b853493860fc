#include "training/run_folder.h"

#include <fstream>
#include <map>
#include <stdexcept>

#include "training/checkpoint.h"

namespace thoraxlite {

using Json = nlohmann::ordered_json;

namespace {

// Options of distillation decide nothing where there is no guide, so that a network alone is the
// same for every temperature of an ablation.
RunOptions deciding(RunOptions options) {
  const DistillationOptions& guides = options.distillation;
  if (guides.soft_labels_from.empty() && guides.features_from.empty()) options.distillation = {};
  return options;
}

}  // namespace

Json read_run_file(const std::filesystem::path& run) {
  const std::filesystem::path file = run / "options.json";
  std::ifstream stream(file);
  if (!stream) throw std::runtime_error(file.string() + ": not found; expected a run folder");
  try {
    return Json::parse(stream);
  } catch (const Json::exception& error) {
    throw std::runtime_error(file.string() + ": " + error.what());
  }
}

RunOptions read_run_options(const std::filesystem::path& run) {
  try {
    return run_options_from_json(read_run_file(run).at("options"));
  } catch (const Json::exception& error) {
    throw std::runtime_error((run / "options.json").string() + ": " + error.what());
  }
}

std::vector<std::string> read_run_labels(const std::filesystem::path& run) {
  try {
    return read_run_file(run).at("labels");
  } catch (const Json::exception& error) {
    throw std::runtime_error((run / "options.json").string() + ": " + error.what());
  }
}

void claim_run_folder(const std::filesystem::path& run, const RunOptions& options,
                      const std::vector<std::string>& labels, const Json& provenance) {
  const std::filesystem::path file = run / "options.json";
  if (std::filesystem::exists(file)) {
    const Json there = to_json(deciding(read_run_options(run)));
    const Json wanted = to_json(deciding(as_begun(options, read_run_file(run).at("options"))));
    for (const auto& [key, value] : wanted.items()) {
      if (there.at(key) == value) continue;
      throw std::runtime_error(file.string() + ": this run has " + key + " " +
                               there.at(key).dump() + ", not " + value.dump() +
                               "; choose another --run folder");
    }
    return;
  }
  std::filesystem::create_directories(run);
  const Json whole = {
      {"options", to_json(options)}, {"labels", labels}, {"provenance", provenance}};
  write_atomically(file, whole.dump(2) + "\n");
}

void trim_metrics(const std::filesystem::path& run, std::int64_t epochs) {
  const std::filesystem::path file = run / "metrics.jsonl";
  if (!std::filesystem::exists(file)) return;
  std::ifstream stream(file);
  std::map<std::int64_t, std::string> lines;
  for (std::string line; std::getline(stream, line);) {
    const Json epoch = Json::parse(line, nullptr, false);
    if (epoch.is_discarded() || !epoch.contains("epoch")) continue;
    const auto number = epoch.at("epoch").get<std::int64_t>();
    if (number <= epochs) lines[number] = line;
  }
  std::string kept;
  for (const auto& [number, line] : lines) kept += line + "\n";
  write_atomically(file, kept);
}

}  // namespace thoraxlite
