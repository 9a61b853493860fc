#include <algorithm>
#include <iomanip>
#include <iostream>
#include <stdexcept>

#include "commands/commands.h"
#include "report/curves.h"
#include "report/runs_page.h"
#include "training/checkpoint.h"
#include "training/run_folder.h"

namespace thoraxlite {
namespace {

namespace fs = std::filesystem;

bool is_run(const fs::path& folder) {
  return fs::exists(folder / "options.json");
}

// The folder itself, or every run below it, in order of their names.
std::vector<fs::path> runs_below(const fs::path& folder) {
  if (is_run(folder)) return {folder};
  std::vector<fs::path> runs;
  if (fs::is_directory(folder)) {
    for (const auto& entry : fs::recursive_directory_iterator(folder)) {
      if (entry.is_directory() && is_run(entry.path())) runs.push_back(entry.path());
    }
  }
  if (runs.empty()) {
    throw std::runtime_error(folder.string() +
                             ": no run; expected a run folder, or a folder with some below it");
  }
  std::sort(runs.begin(), runs.end());
  return runs;
}

// Each path without the folders that all of them share at the beginning.
std::vector<std::string> short_names(const std::vector<fs::path>& runs) {
  std::vector<fs::path> whole;
  for (const fs::path& run : runs) {
    fs::path path = fs::absolute(run).lexically_normal();
    whole.push_back(path.has_filename() ? path : path.parent_path());
  }
  fs::path shared = whole.front().parent_path();
  for (const fs::path& path : whole) {
    const fs::path parent = path.parent_path();
    while (std::mismatch(shared.begin(), shared.end(), parent.begin(), parent.end()).first !=
           shared.end()) {
      shared = shared.parent_path();
    }
  }
  std::vector<std::string> names;
  for (const fs::path& path : whole) {
    names.push_back(path.lexically_relative(shared).generic_string());
  }
  return names;
}

}  // namespace

void compare_runs(const CompareRunsOptions& options) {
  std::vector<fs::path> folders;
  for (const fs::path& folder : options.folders) {
    const std::vector<fs::path> below = runs_below(folder);
    folders.insert(folders.end(), below.begin(), below.end());
  }
  const std::vector<std::string> names = short_names(folders);
  std::vector<ComparedRun> runs;
  for (std::size_t i = 0; i < folders.size(); ++i) {
    if (std::count(names.begin(), names.end(), names[i]) > 1) {
      throw std::runtime_error(folders[i].string() + ": named twice; expected each run once");
    }
    const auto file = read_run_file(folders[i]);
    runs.push_back({{names[i], read_epochs(folders[i])},
                    to_json(read_run_options(folders[i])),
                    file.value("provenance", nlohmann::ordered_json::object()),
                    read_run_labels(folders[i])});
    const auto* best = best_epoch(runs.back().course.epochs);
    std::cout << names[i] << ": epochs " << runs.back().course.epochs.size();
    if (best != nullptr) {
      std::cout << ", best " << selection_name(runs.back().course.epochs) << " " << std::fixed
                << std::setprecision(4) << best->at("selection").get<double>() << " in epoch "
                << best->at("epoch");
    }
    std::cout << "\n";
  }
  const std::string title =
      runs.size() == 1 ? names.front() : std::to_string(runs.size()) + " runs";
  write_atomically(options.output, to_html(title, runs));
}

}  // namespace thoraxlite
