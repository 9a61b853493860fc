#include "commands/fold_guides.h"

#include <filesystem>
#include <stdexcept>

#include "training/run_folder.h"

namespace thoraxlite {
namespace {

namespace fs = std::filesystem;

void take_part(std::string& run, const std::string& part) {
  const fs::path of_part = fs::path(run) / part;
  if (!run.empty() && fs::is_directory(of_part)) run = of_part.string();
}

// data: of the guide, whose lists had that digest then; empty for phantoms, whose seed draws them.
bool same_data(const DataOptions& guide, const std::string& guide_digest, const DataOptions& data,
               const std::string& digest) {
  if (!digest.empty() || !guide_digest.empty()) return guide_digest == digest;
  return guide.data == data.data && guide.seed == data.seed;
}

bool same_folds(const DataOptions& guide, const DataOptions& data) {
  if (guide.fold != data.fold || guide.leave_out != data.leave_out) return false;
  return data.fold.empty() ||
         (guide.sources == data.sources && guide.labels == data.labels &&
          guide.uncertain == data.uncertain && guide.patient_column == data.patient_column &&
          guide.incomplete == data.incomplete);
}

std::string called(const DataOptions& data) {
  if (!data.fold.empty()) return "fold " + data.fold;
  if (data.leave_out.empty()) return "the data's own splits";
  std::string sources;
  for (const std::string& source : data.leave_out) sources += (sources.empty() ? "" : ",") + source;
  return "all but " + sources;
}

}  // namespace

RunOptions with_guides_of_part(RunOptions options, const std::string& part) {
  take_part(options.distillation.soft_labels_from, part);
  take_part(options.distillation.features_from, part);
  if (options.init.size() == 1) take_part(options.init.front(), part);
  return options;
}

void check_guides_of_fold(const RunOptions& options, const std::string& digest) {
  const auto check = [&](const char* option, const std::string& run) {
    if (run.empty() || !fs::exists(fs::path(run) / "options.json")) return;
    const DataOptions guide = read_run_options(run).data;
    if (!same_data(guide, read_run_digest(run), options.data, digest)) return;
    if (same_folds(guide, options.data)) return;
    throw std::runtime_error(
        std::string("--") + option + " " + run + ": trained on " + called(guide) +
        " of the same data, perhaps on images that are held out here; expected a run on " +
        called(options.data) + " of the same sources");
  };
  check("soft-labels-from", options.distillation.soft_labels_from);
  check("features-from", options.distillation.features_from);
  if (options.init.size() == 1) check("init", options.init.front());
}

}  // namespace thoraxlite
