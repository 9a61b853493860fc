#include "training/run_folder.h"

#include <fstream>
#include <iostream>
#include <map>
#include <stdexcept>

#include "data/file_bytes.h"
#include "training/whole_file.h"

namespace thoraxlite {

using Json = nlohmann::ordered_json;
namespace fs = std::filesystem;

namespace {

constexpr const char* kLungs = "lungs.safetensors";
constexpr const char* kGuides = "guides";  // missing: their paths are as they were typed

// Options of distillation decide nothing where there is no guide, so that a network alone is the
// same for every temperature of an ablation.
RunOptions deciding(RunOptions options) {
  const DistillationOptions& guides = options.distillation;
  if (guides.soft_labels_from.empty() && guides.features_from.empty()) options.distillation = {};
  return options;
}

fs::path options_file(const fs::path& run) {
  return run / "options.json";
}

std::string canonical(const std::string& path) {
  return path.empty() ? path : fs::weakly_canonical(fs::absolute(path)).string();
}

// What two runs of the same have in common, wherever they lie.
Json comparable(RunOptions options) {
  for (std::string& file : options.init) file = canonical(file);
  if (!options.lungs.empty()) options.lungs = sha256_hex(view(require_file(options.lungs)));
  DistillationOptions& guides = options.distillation;
  guides.soft_labels_from = canonical(guides.soft_labels_from);
  guides.features_from = canonical(guides.features_from);
  return to_json(deciding(std::move(options)));
}

// Guides as they lie from the run's folder.
RunOptions to_stored(RunOptions options, const fs::path& run) {
  for (std::string* guide :
       {&options.distillation.soft_labels_from, &options.distillation.features_from}) {
    if (guide->empty()) continue;
    *guide = fs::path(canonical(*guide)).lexically_relative(canonical(run.string())).string();
  }
  if (!options.lungs.empty()) options.lungs = kLungs;
  return options;
}

void write(const fs::path& run, const Json& file) {
  // A command line may be in any encoding.
  write_atomically(options_file(run),
                   file.dump(2, ' ', false, Json::error_handler_t::replace) + "\n");
}

std::string joined(const std::vector<std::string>& names) {
  std::string text;
  for (const auto& name : names) text += (text.empty() ? "" : ", ") + name;
  return text;
}

// An object of an object; empty where it is missing.
Json part_of(const Json& json, const char* key) {
  const auto found = json.find(key);
  return found != json.end() && found->is_object() ? *found : Json::object();
}

std::string data_digest(const Json& provenance) {
  const auto found = provenance.find("data_sha256");
  return found != provenance.end() && found->is_string() ? found->get<std::string>() : "";
}

// What is wrong with labels or lists of the data, as the end of a sentence; empty if nothing is.
std::string other_data(const Json& file, const std::vector<std::string>& labels,
                       const std::string& digest) {
  const std::vector<std::string> there = file.at("labels");
  if (there != labels) {
    return "this run has the labels " + joined(there) + ", in this order, and the data has " +
           joined(labels);
  }
  const std::string before = data_digest(part_of(file, "provenance"));
  if (!before.empty() && !digest.empty() && before != digest) {
    return "the lists of the data are not those that this run was trained with (SHA-256 " + digest +
           ", not " + before + ")";
  }
  return "";
}

std::runtime_error refusal(const fs::path& run, const std::string& what) {
  return std::runtime_error(options_file(run).string() + ": " + what +
                            "; choose another --run folder");
}

bool same_digest(const Json& file, const Json& provenance) {
  const std::string before = data_digest(part_of(file, "provenance"));
  return !before.empty() && before == data_digest(provenance);
}

}  // namespace

fs::path weights_of(const fs::path& run) {
  return run / (fs::exists(run / kImportedFile) ? kImportedFile : "best.pt");
}

bool training_began(const fs::path& run) {
  return fs::exists(options_file(run)) &&
         (fs::exists(run / "checkpoint.pt") || fs::exists(weights_of(run)));
}

Json read_run_file(const fs::path& run) {
  const fs::path file = options_file(run);
  std::ifstream stream(file);
  if (!stream) throw std::runtime_error(file.string() + ": not found; expected a run folder");
  try {
    return Json::parse(stream);
  } catch (const Json::exception& error) {
    throw std::runtime_error(file.string() + ": " + error.what());
  }
}

RunOptions read_run_options(const fs::path& run) {
  try {
    const Json file = read_run_file(run);
    RunOptions options = run_options_from_json(file.at("options"));
    if (!options.lungs.empty()) options.lungs = (run / options.lungs).string();
    if (file.contains(kGuides)) {
      for (std::string* guide :
           {&options.distillation.soft_labels_from, &options.distillation.features_from}) {
        if (!guide->empty()) *guide = (run / *guide).lexically_normal().string();
      }
    }
    return options;
  } catch (const Json::exception& error) {
    throw std::runtime_error(options_file(run).string() + ": " + error.what());
  }
}

std::string read_run_digest(const fs::path& run) {
  return data_digest(part_of(read_run_file(run), "provenance"));
}

std::vector<std::string> read_run_labels(const fs::path& run) {
  try {
    return read_run_file(run).at("labels");
  } catch (const Json::exception& error) {
    throw std::runtime_error(options_file(run).string() + ": " + error.what());
  }
}

void check_run_data(const fs::path& run, const std::vector<std::string>& labels,
                    const std::string& data_sha256) {
  const std::string wrong = other_data(read_run_file(run), labels, data_sha256);
  if (wrong.empty()) return;
  throw std::runtime_error(options_file(run).string() + ": " + wrong + "; expected the same data");
}

void check_run_folder(const fs::path& run, const RunOptions& options,
                      const std::vector<std::string>& labels, const Json& provenance) {
  if (!training_began(run)) return;
  const Json file = read_run_file(run);
  const Json there = comparable(read_run_options(run));
  const Json wanted = comparable(as_begun(options, file.at("options")));
  for (const auto& [key, value] : wanted.items()) {
    if (there.at(key) == value) continue;
    if (key == "data" && same_digest(file, provenance)) continue;
    if (key == "epochs" && value > there.at(key)) continue;
    throw refusal(run,
                  "this run has " + key + " " + there.at(key).dump() + ", not " + value.dump());
  }
  const std::string wrong = other_data(file, labels, data_digest(provenance));
  if (!wrong.empty()) throw refusal(run, wrong);
  const Json before = part_of(part_of(file, "provenance"), "guides");
  const Json now = part_of(provenance, "guides");
  for (const auto& [guide, digest] : before.items()) {
    if (!now.contains(guide) || now.at(guide) == digest) continue;
    throw refusal(run, "its guide of " + guide + " has other weights than when it began");
  }
}

void claim_run_folder(const fs::path& run, const RunOptions& options,
                      const std::vector<std::string>& labels, const Json& provenance) {
  check_run_folder(run, options, labels, provenance);
  const Json stored = to_json(to_stored(options, run));
  Json whole;
  if (training_began(run)) {
    whole = read_run_file(run);
    Json& there = whole.at("options");
    if (there.at("epochs") < stored.at("epochs")) {
      std::cerr << run.string() << ": " << stored.at("epochs") << " epochs instead of "
                << there.at("epochs") << "; what is left follows the schedule of so many\n";
    }
    for (const char* key : {"data", "init", "epochs", "soft_labels_from", "features_from"}) {
      there[key] = stored.at(key);
    }
  } else {
    whole = {{"options", stored}, {"labels", labels}, {"provenance", provenance}};
  }
  whole[kGuides] = "relative to this folder";
  fs::create_directories(run);
  // Until training began another lung file may be wanted.
  if (!options.lungs.empty() && !(training_began(run) && fs::exists(run / kLungs))) {
    const auto bytes = require_file(options.lungs);
    write_atomically(run / kLungs, {bytes.begin(), bytes.end()});
  }
  if (!fs::exists(options_file(run)) || read_run_file(run) != whole) write(run, whole);
}

Json without_places(Json file) {
  for (const char* key : {"data", "init", "lungs", "soft_labels_from", "features_from"}) {
    if (!file.at("options").contains(key)) continue;  // of a run from before there was the option
    Json& value = file.at("options").at(key);
    const auto name = [](const std::string& text) {
      const fs::path path = fs::path(text).lexically_normal();
      return (path.has_filename() ? path : path.parent_path()).filename().string();
    };
    if (value.is_string()) value = name(value.get<std::string>());
    if (value.is_array()) {
      for (auto& element : value) element = name(element.get<std::string>());
    }
  }
  if (file.at("provenance").contains("sessions")) {
    for (Json& session : file["provenance"]["sessions"]) session.erase("command");
  }
  return file;
}

void add_session(const fs::path& run, const Json& session) {
  if (!fs::exists(options_file(run))) return;
  Json file = read_run_file(run);
  file["provenance"]["sessions"].push_back(session);
  write(run, file);
}

void add_metrics(const fs::path& run, const Json& line) {
  const fs::path file = run / "metrics.jsonl";
  std::ofstream stream(file, std::ios::app);
  stream << line.dump() << "\n";
  stream.close();
  if (!stream) throw std::runtime_error(file.string() + ": cannot be written; is the disk full?");
}

void trim_metrics(const fs::path& run, std::int64_t epochs) {
  const fs::path file = run / "metrics.jsonl";
  if (!fs::exists(file)) return;
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
