#include <iostream>

#include "commands/chain.h"
#include "commands/score_run.h"
#include "evaluation/ablation.h"
#include "evaluation/calibration.h"
#include "report/ablation_page.h"
#include "training/checkpoint.h"

namespace thoraxlite {
namespace {

namespace fs = std::filesystem;

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

}  // namespace

void run_ablation(const ExperimentOptions& experiment) {
  const Parallel parallel = Parallel::from_environment();
  std::vector<AblationRun> runs;
  const auto add = [&](const char* row, std::int64_t seed, const fs::path& run,
                       const RunOptions& options) {
    std::cerr << row << ", seed " << seed << "\n";
    train_network(options, run, parallel);
    if (!parallel.leads()) return;
    const ScoredRun scored = score_run(run, Split::test);
    runs.push_back(
        ablation_run(row, static_cast<std::uint64_t>(seed), scored.scored, scored.thresholds));
  };

  for (std::int64_t seed = 1; seed <= experiment.seeds; ++seed) {
    const bool own_chain = seed == 1 || experiment.vary == "chain";
    const fs::path folder = seed_folder(experiment.folder, seed);
    const fs::path guides = own_chain ? folder : seed_folder(experiment.folder, 1);
    const fs::path teacher = guides / "teacher", assistant = guides / "assistant";
    if (own_chain) {
      add(kTeacher, seed, teacher, stage_alone(experiment, experiment.teacher, seed));
      add(kAssistantAlone, seed, folder / "assistant-alone",
          stage_alone(experiment, experiment.assistant, seed));
      add(kAssistant, seed, assistant,
          stage_from(experiment, experiment.assistant, seed, teacher, teacher));
    }
    const RunOptions& student = experiment.student;
    const fs::path& followed = experiment.features_from == "teacher" ? teacher : assistant;
    add(kStudentAlone, seed, folder / "student-alone", stage_alone(experiment, student, seed));
    add(kStudentFromTeacher, seed, folder / "student-from-teacher",
        stage_from(experiment, student, seed, teacher, teacher));
    add(kStudentFromAssistant, seed, folder / "student",
        stage_from(experiment, student, seed, assistant, followed));
  }

  if (!parallel.leads()) return;
  Ablation ablation{summarise(runs), {}, kCalibrationPolicy};
  const bool exclusive = runs.front().images.exclusive;
  for (const Pair& pair : kPairs) {
    for (const char* figure : {exclusive ? "accuracy" : "mean_area_under_roc", "macro_f1"}) {
      ablation.differences.push_back(compare(runs, pair.first, pair.second, figure));
    }
  }
  std::cout << to_table(ablation);
  write_atomically(experiment.folder / "ablation.json", to_json(ablation).dump(2) + "\n");
  write_atomically(experiment.folder / "ablation.html",
                   to_html(experiment.folder.filename().string() + ": ablation", ablation));
}

}  // namespace thoraxlite
