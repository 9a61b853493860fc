#include <torch/torch.h>

#include <iostream>
#include <tuple>

#include "commands/chain.h"
#include "commands/dataset_option.h"
#include "commands/evaluation_facts.h"
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

StageReport stage_report(const std::string& name, const fs::path& run) {
  const Json file = read_run_file(run);
  return {name, file.at("options"), read_epochs(run), {}, {}};
}

// Scored by LibTorch.
StageReport teacher_report(const fs::path& run) {
  StageReport stage = stage_report("teacher", run);
  for (const Split split : {Split::validation, Split::test}) {
    ScoredRun scored = score_run(run, split);
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
    stage.scored.emplace_back(to_string(split), std::move(scored.images));
    stage.thresholds = std::move(scored.thresholds);
  }
  return stage;
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

}  // namespace

void run_experiment(const ExperimentOptions& experiment) {
  check(experiment.texts);
  const Parallel parallel = Parallel::from_environment();
  check_subgroups(experiment.subgroups, experiment.data, Split::test);
  std::vector<AblationRun> runs;
  for (std::int64_t seed = 1; seed <= experiment.seeds; ++seed) {
    const fs::path folder = seed_folder(experiment.folder, seed);
    const fs::path teacher = folder / "teacher", assistant = folder / "assistant",
                   student = folder / "student";
    std::cerr << "teacher, seed " << seed << "\n";
    train_network(stage_alone(experiment, experiment.teacher, seed), teacher, parallel);
    std::cerr << "assistant, seed " << seed << "\n";
    train_network(stage_from(experiment, experiment.assistant, seed, teacher, teacher), assistant,
                  parallel);
    std::cerr << "student, seed " << seed << "\n";
    const fs::path& followed = experiment.features_from == "teacher" ? teacher : assistant;
    train_network(stage_from(experiment, experiment.student, seed, assistant, followed), student,
                  parallel);
    if (!parallel.leads()) continue;

    const std::string name = experiment.folder.filename().string();
    const fs::path student_file = folder / (name + ".safetensors");
    const fs::path assistant_file = folder / (name + "-assistant.safetensors");
    for (const auto& [run, file, called] :
         {std::tuple(student, student_file, name),
          std::tuple(assistant, assistant_file, name + "-assistant")}) {
      ExportOptions packed{run, file, called};
      packed.neither = experiment.neither;
      packed.texts = experiment.texts;
      packed.subgroups = experiment.subgroups;
      export_network(packed);
    }

    RunReport report{
        name + ", seed " + std::to_string(seed),
        read_run_file(student).at("provenance"),
        {teacher_report(teacher), packed_report("assistant", assistant, assistant_file),
         packed_report("student", student, student_file)},
        {}};
    report.policy = kCalibrationPolicy;
    report.subgroups = experiment.subgroups;
    if (experiment.examples) report.examples = examples(student);
    write_atomically(folder / "report.html", to_html(report));
    Json evaluation = data_facts(read_run_options(student).data);
    evaluation["policy"] = kCalibrationPolicy;
    for (const StageReport& stage : report.stages) {
      evaluation[stage.name] = evaluation_json(stage, experiment.subgroups);
      write_atomically(
          folder / ("predictions-" + stage.name + ".csv"),
          to_csv(predictions_of(test_images(stage), stage.thresholds, to_string(Split::test))));
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
}

}  // namespace thoraxlite
