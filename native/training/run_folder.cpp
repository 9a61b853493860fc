#include "training/run_folder.h"

#include <fstream>
#include <map>
#include <stdexcept>

#include "training/checkpoint.h"

namespace thoraxlite {

using Json = nlohmann::ordered_json;

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
    const Json there = to_json(read_run_options(run));
    const Json wanted = to_json(options);
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

std::vector<Json> read_epochs(const std::filesystem::path& run) {
  std::ifstream stream(run / "metrics.jsonl");
  std::map<std::int64_t, Json> epochs;
  for (std::string line; std::getline(stream, line);) {
    // A kill may also have cut the last line short.
    const Json epoch = Json::parse(line, nullptr, false);
    if (!epoch.is_discarded() && epoch.contains("epoch")) epochs[epoch.at("epoch")] = epoch;
  }
  std::vector<Json> lines;
  for (auto& [number, epoch] : epochs) lines.push_back(std::move(epoch));
  return lines;
}

}  // namespace thoraxlite
