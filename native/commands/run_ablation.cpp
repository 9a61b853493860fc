#include <algorithm>
#include <iostream>

#include "commands/chain.h"
#include "commands/dataset_option.h"
#include "commands/evaluation_facts.h"
#include "commands/later_epochs.h"
#include "commands/score_run.h"
#include "data/file_bytes.h"
#include "evaluation/ablation.h"
#include "evaluation/calibration.h"
#include "report/ablation_page.h"
#include "training/checkpoint.h"
#include "training/run_folder.h"
#include "training/stop_signals.h"

namespace thoraxlite {
namespace {

namespace fs = std::filesystem;
using Json = nlohmann::ordered_json;

constexpr const char* kTeacher = "teacher";
constexpr const char* kAssistantAlone = "assistant alone";
constexpr const char* kAssistant = "assistant from teacher";
constexpr const char* kStudentAlone = "student alone";
constexpr const char* kStudentFromTeacher = "student from teacher";
constexpr const char* kStudentFromAssistant = "student from assistant";

struct Pair {
  const char* first;
  const char* second;
};

constexpr Pair kPairs[] = {{kStudentFromTeacher, kStudentAlone},
                           {kStudentFromAssistant, kStudentAlone},
                           {kStudentFromAssistant, kStudentFromTeacher},
                           {kAssistant, kAssistantAlone}};

// A row of the table for one seed.
struct Row {
  const char* name;
  std::int64_t seed;
  PlannedStage stage;
};

std::vector<Row> rows_of(const ExperimentOptions& experiment) {
  std::vector<Row> rows;
  for (std::int64_t seed = 1; seed <= experiment.seeds; ++seed) {
    const bool own_chain = seed == 1 || experiment.vary == "chain";
    const fs::path folder = seed_folder(experiment.folder, seed);
    const fs::path guides = own_chain ? folder : seed_folder(experiment.folder, 1);
    const fs::path teacher = guides / "teacher", assistant = guides / "assistant";
    const auto add = [&](const char* row, const fs::path& run, const RunOptions& options) {
      rows.push_back({row, seed, {row + (", seed " + std::to_string(seed)), run, options}});
    };
    if (own_chain) {
      add(kTeacher, teacher, stage_alone(experiment, experiment.teacher, seed));
      add(kAssistantAlone, folder / "assistant-alone",
          stage_alone(experiment, experiment.assistant, seed));
      add(kAssistant, assistant,
          stage_from(experiment, experiment.assistant, seed, teacher, teacher, experiment.teacher));
    }
    const RunOptions& student = experiment.student;
    const bool teacher_maps = experiment.features_from == "teacher";
    add(kStudentAlone, folder / "student-alone", stage_alone(experiment, student, seed));
    add(kStudentFromTeacher, folder / "student-from-teacher",
        stage_from(experiment, student, seed, teacher, teacher, experiment.teacher));
    add(kStudentFromAssistant, folder / "student",
        stage_from(experiment, student, seed, assistant, teacher_maps ? teacher : assistant,
                   teacher_maps ? experiment.teacher : experiment.assistant));
  }
  return rows;
}

// What a figure can be traced to: the run as it lies from the ablation, and what is in it.
Json record_of(const Row& row, const fs::path& folder) {
  const Json file = read_run_file(row.stage.run);
  const auto digest = [&](const char* name) {
    return sha256_hex(view(require_file(row.stage.run / name)));
  };
  return {{"row", row.name},
          {"seed", row.seed},
          {"run", row.stage.run.lexically_relative(folder).generic_string()},
          {"revision", file.at("provenance").at("revision")},
          {"libtorch", file.at("provenance").at("libtorch")},
          {"metrics_sha256", digest("metrics.jsonl")},
          {"weights_sha256", digest("best.pt")}};
}

bool holds(const std::vector<AblationRun>& runs, const char* row) {
  return std::any_of(runs.begin(), runs.end(),
                     [&](const AblationRun& run) { return run.row == row; });
}

// The table of what has been run, and of what has not; nothing where that is none of it.
void write_results(const ExperimentOptions& experiment, const std::vector<Row>& rows,
                   const std::vector<AblationRun>& runs) {
  if (runs.empty()) return;
  Ablation ablation{summarise(runs), {}, kCalibrationPolicy};
  const bool exclusive = runs.front().images.exclusive;
  for (const Pair& pair : kPairs) {
    if (!holds(runs, pair.first) || !holds(runs, pair.second)) continue;
    for (const char* figure : {exclusive ? "accuracy" : "mean_area_under_roc", "macro_f1"}) {
      ablation.differences.push_back(compare(runs, pair.first, pair.second, figure));
    }
  }
  for (std::size_t i = runs.size(); i < rows.size(); ++i) {
    ablation.not_run.push_back(rows[i].stage.name);
  }
  std::cout << to_table(ablation) << std::flush;
  Json json = data_facts(experiment.data);
  json.update(to_json(ablation));
  for (std::size_t i = 0; i < runs.size(); ++i) {
    json["runs"].push_back(record_of(rows[i], experiment.folder));
  }
  write_atomically(experiment.folder / "ablation.json", json.dump(2) + "\n");
  write_atomically(experiment.folder / "ablation.html",
                   to_html(experiment.folder.filename().string() + ": ablation", ablation));
}

}  // namespace

void run_ablation(const ExperimentOptions& experiment) {
  const Parallel parallel = Parallel::from_environment();
  check_roles(experiment);
  const std::vector<Row> rows = rows_of(experiment);
  std::vector<PlannedStage> stages;
  for (const Row& row : rows) stages.push_back(row.stage);
  check_stages(stages, parallel, /*test=*/true);
  refuse_equal_films(experiment.data);

  std::vector<AblationRun> runs;
  const std::vector<double> later = later_epochs(stages, parallel);
  for (std::size_t i = 0; i < rows.size(); ++i) {
    const Row& row = rows[i];
    std::cerr << row.stage.name << "\n";
    Course course;
    course.later_epochs = later[i];
    try {
      train_network(row.stage.options, row.stage.run, parallel, course);
    } catch (const Stopped&) {
      if (parallel.leads()) write_results(experiment, rows, runs);
      throw;
    }
    if (!parallel.leads()) continue;
    const ScoredRun scored = score_run(row.stage.run, Split::test);
    runs.push_back(ablation_run(row.name, static_cast<std::uint64_t>(row.seed), scored.scored,
                                scored.thresholds));
  }
  if (parallel.leads()) write_results(experiment, rows, runs);
}

}  // namespace thoraxlite
