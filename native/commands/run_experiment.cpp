#include <torch/torch.h>

#include <iostream>
#include <stdexcept>

#include "commands/chain.h"
#include "commands/dataset_option.h"
#include "commands/evaluation_facts.h"
#include "commands/later_epochs.h"
#include "commands/score_images.h"
#include "commands/score_run.h"
#include "data/file_bytes.h"
#include "evaluation/ablation.h"
#include "evaluation/calibration.h"
#include "evaluation/predictions.h"
#include "phantom/image_writer.h"
#include "report/curves.h"
#include "report/run_report.h"
#include "training/checkpoint.h"
#include "training/run_folder.h"

namespace thoraxlite {
namespace {

using Json = nlohmann::ordered_json;
namespace fs = std::filesystem;

constexpr std::size_t kExamplesOfEach = 6;  // right, and wrong

constexpr const char* kTeacherStage = "teacher";  // names of stages and of their folders
constexpr const char* kAssistantStage = "assistant";
constexpr const char* kStudentStage = "student";

StageReport stage_report(const std::string& name, const fs::path& run) {
  const Json file = without_places(read_run_file(run));
  return {name, file.at("options"), read_epochs(run), {}, {}};
}

// What a network said of every test film, beside the report.
void keep_predictions(const std::string& name, const fs::path& run, const Predictions& test) {
  write_atomically(run.parent_path() / ("predictions-" + name + ".csv"), to_csv(test));
}

StageReport libtorch_report(const std::string& name, const fs::path& run) {
  StageReport stage = stage_report(name, run);
  for (const Split split : {Split::validation, Split::test}) {
    ScoredRun scored = score_run(run, split);
    if (split == Split::test) {
      keep_predictions(name, run,
                       predictions_of(scored.scored, scored.thresholds, to_string(split)));
    }
    stage.scored.emplace_back(to_string(split), std::move(scored.scored));
    stage.thresholds = std::move(scored.thresholds);
  }
  return stage;
}

// Scored by the inference core from the model file, as its users will run it.
StageReport packed_report(const std::string& name, const fs::path& run, const fs::path& file) {
  StageReport stage = stage_report(name, run);
  const DataOptions data = read_run_options(run).data;
  const std::vector<std::uint8_t> model = require_file(file);
  for (const Split split : {Split::validation, Split::test}) {
    ScoredSplit scored = score_images(view(model), data, split);
    if (split == Split::test) keep_predictions(name, run, predictions_of(scored, to_string(split)));
    stage.scored.emplace_back(to_string(split), std::move(scored.images));
    stage.thresholds = std::move(scored.thresholds);
  }
  return stage;
}

// An assistant or student: exported, where that is possible.
StageReport small_report(const std::string& name, const ExportOptions& packed,
                         std::vector<std::string>& failures) {
  if (!can_export(read_run_options(packed.run))) return libtorch_report(name, packed.run);
  try {
    export_network(packed);
    return packed_report(name, packed.run, packed.output);
  } catch (const std::runtime_error& error) {
    std::string why = error.what();
    if (!why.empty() && why.back() == '.') why.pop_back();
    failures.push_back(packed.run.string() + ": cannot be exported: " + why);
    std::cerr << failures.back() << "\n";
    return libtorch_report(name, packed.run);
  }
}

std::vector<Example> examples(const fs::path& run) {
  const ScoredRun scored = score_run(run, Split::test);
  std::vector<Example> chosen;
  if (scored.images.streams()) return chosen;
  for (const std::size_t i : draw_examples(scored.scored, scored.thresholds, kExamplesOfEach)) {
    const int side = scored.images.side;
    const torch::Tensor pixels = scored.images.pixels[static_cast<std::int64_t>(i)].contiguous();
    const auto* first = pixels.data_ptr<std::uint8_t>();
    GreyImage image{side, side, 255, {first, first + pixels.numel()}};
    chosen.push_back(make_example(scored.scored, scored.thresholds, i, encode_jpeg(image),
                                  "test image " + std::to_string(i + 1), "student"));
  }
  return chosen;
}

Json evaluation_json(const StageReport& stage, const std::vector<std::string>& subgroups) {
  Json json;
  for (const auto& [split, images] : stage.scored) {
    json[split] = to_json(evaluate(images, stage.thresholds, {subgroups}));
  }
  return json;
}

const ScoredImages& test_images(const StageReport& stage) {
  return stage.scored.back().second;
}

std::vector<PlannedStage> stages_of(const ExperimentOptions& experiment, std::int64_t seed) {
  const fs::path folder = seed_folder(experiment.folder, seed);
  const fs::path teacher = folder / kTeacherStage, assistant = folder / kAssistantStage;
  const bool teacher_maps = experiment.features_from == "teacher";
  const std::string of_seed = ", seed " + std::to_string(seed);
  return {
      {kTeacherStage + of_seed, teacher, stage_alone(experiment, experiment.teacher, seed)},
      {kAssistantStage + of_seed, assistant,
       stage_from(experiment, experiment.assistant, seed, teacher, teacher, experiment.teacher)},
      {kStudentStage + of_seed, folder / kStudentStage,
       stage_from(experiment, experiment.student, seed, assistant,
                  teacher_maps ? teacher : assistant,
                  teacher_maps ? experiment.teacher : experiment.assistant)}};
}

std::vector<PlannedStage> stages_of(const ExperimentOptions& experiment) {
  std::vector<PlannedStage> all;
  for (std::int64_t seed = 1; seed <= experiment.seeds; ++seed) {
    for (PlannedStage& stage : stages_of(experiment, seed)) all.push_back(std::move(stage));
  }
  return all;
}

void say_what_is_not_packed(const ExperimentOptions& experiment) {
  for (const auto& [name, role] : {std::pair(kAssistantStage, &experiment.assistant),
                                   std::pair(kStudentStage, &experiment.student)}) {
    if (can_export(*role)) continue;
    std::cerr << name << ": " << role->architecture
              << " cannot be exported; the report has it as LibTorch scores it, without a model "
                 "file\n";
  }
}

}  // namespace

void run_experiment(const ExperimentOptions& experiment) {
  check(experiment.texts);
  const Parallel parallel = Parallel::from_environment();
  check_subgroups(experiment.subgroups, experiment.data, Split::test);
  check_roles(experiment);
  const std::vector<PlannedStage> stages = stages_of(experiment);
  check_stages(stages, parallel, /*test=*/true);
  refuse_equal_films(experiment.data);
  if (parallel.leads()) say_what_is_not_packed(experiment);

  const std::vector<double> later = later_epochs(stages, parallel);
  std::size_t trained = 0;
  std::vector<AblationRun> runs;
  std::vector<std::string> failures;
  for (std::int64_t seed = 1; seed <= experiment.seeds; ++seed) {
    for (const PlannedStage& stage : stages_of(experiment, seed)) {
      std::cerr << stage.name << "\n";
      Course course;
      course.later_epochs = later[trained++];
      train_network(stage.options, stage.run, parallel, course);
    }
    if (!parallel.leads()) continue;

    const fs::path folder = seed_folder(experiment.folder, seed);
    const std::string name = experiment.folder.filename().string();
    const auto small = [&](const char* role, const std::string& called) {
      ExportOptions packed{folder / role, folder / (called + ".safetensors"), called};
      packed.neither = experiment.neither;
      packed.texts = experiment.texts;
      packed.subgroups = experiment.subgroups;
      return small_report(role, packed, failures);
    };
    RunReport report{name + ", seed " + std::to_string(seed),
                     without_places(read_run_file(folder / kStudentStage)).at("provenance"),
                     {libtorch_report(kTeacherStage, folder / kTeacherStage),
                      small(kAssistantStage, name + "-assistant"), small(kStudentStage, name)},
                     {}};
    report.policy = kCalibrationPolicy;
    report.subgroups = experiment.subgroups;
    if (experiment.examples) report.examples = examples(folder / kStudentStage);
    write_atomically(folder / "report.html", to_html(report));
    Json evaluation = data_facts(read_run_options(folder / kStudentStage).data);
    evaluation["policy"] = kCalibrationPolicy;
    for (const StageReport& stage : report.stages) {
      evaluation[stage.name] = evaluation_json(stage, experiment.subgroups);
      runs.push_back(ablation_run(stage.name, static_cast<std::uint64_t>(seed), test_images(stage),
                                  stage.thresholds));
    }
    write_atomically(folder / "evaluation.json", evaluation.dump(2) + "\n");
    std::cout << (folder / "report.html").string() << "\n";
  }
  if (!parallel.leads()) return;
  const Ablation summary{summarise(runs), {}, kCalibrationPolicy};
  std::cout << to_table(summary);
  write_atomically(experiment.folder / "seeds.json", to_json(summary).dump(2) + "\n");
  if (!failures.empty()) {
    throw std::runtime_error(failures.front() +
                             "; the reports are made, with the network scored by LibTorch");
  }
}

}  // namespace thoraxlite
