#include <torch/torch.h>

#include <algorithm>
#include <iostream>
#include <stdexcept>

#include "commands/chain.h"
#include "commands/dataset_option.h"
#include "commands/evaluation_facts.h"
#include "commands/imported_teacher.h"
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
#include "training/imported_run.h"
#include "training/run_folder.h"

namespace thoraxlite {
namespace {

using Json = nlohmann::ordered_json;
namespace fs = std::filesystem;

constexpr std::size_t kExamplesOfEach = 6;  // right, and wrong

constexpr const char* kUnlabelledPolicy =
    "no label of any film is known: nothing was calibrated, no threshold was chosen, and no figure "
    "says how right a network is";

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

// A split as a model file scores it: of these labels of the data, by the data's names.
struct NamedScores {
  ScoredImages images;
  std::vector<float> thresholds;
};

NamedScores named_scores(const fs::path& file, const DataOptions& data, Split split,
                         const LabelsMap& map, const std::vector<std::string>& labels) {
  ScoredSplit scored = score_images(view(require_file(file)), data, split, map);
  NamedScores result;
  std::vector<std::string> by_file;
  for (const std::string& label : labels) {
    const auto named = std::find_if(map.begin(), map.end(),
                                    [&](const auto& pair) { return pair.second == label; });
    by_file.push_back(named == map.end() ? label : named->first);
    const std::vector<std::string>& all = scored.images.labels;
    const auto place = std::find(all.begin(), all.end(), by_file.back()) - all.begin();
    result.thresholds.push_back(scored.thresholds.at(static_cast<std::size_t>(place)));
  }
  result.images = pick_labels(std::move(scored.images), by_file);
  result.images.labels = labels;
  return result;
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
  const bool imported = !experiment.teacher_file.file.empty();
  const fs::path teacher = imported ? imported_teacher_folder(experiment) : folder / kTeacherStage;
  const fs::path assistant = folder / kAssistantStage;
  const bool teacher_maps = experiment.features_from == "teacher";
  const std::string of_seed = ", seed " + std::to_string(seed);
  std::vector<PlannedStage> stages = {
      {kTeacherStage + of_seed, teacher, stage_alone(experiment, experiment.teacher, seed)},
      {kAssistantStage + of_seed, assistant,
       stage_from(experiment, experiment.assistant, seed, teacher, teacher, experiment.teacher)},
      {kStudentStage + of_seed, folder / kStudentStage,
       stage_from(experiment, experiment.student, seed, assistant,
                  teacher_maps ? teacher : assistant,
                  teacher_maps ? experiment.teacher : experiment.assistant)}};
  if (imported) stages.erase(stages.begin());
  return stages;
}

std::vector<PlannedStage> stages_of(const ExperimentOptions& experiment) {
  std::vector<PlannedStage> all;
  for (std::int64_t seed = 1; seed <= experiment.seeds; ++seed) {
    for (PlannedStage& stage : stages_of(experiment, seed)) all.push_back(std::move(stage));
  }
  return all;
}

void say_what_is_not_packed(const ExperimentOptions& experiment, bool labelled) {
  for (const auto& [name, role] : {std::pair(kAssistantStage, &experiment.assistant),
                                   std::pair(kStudentStage, &experiment.student)}) {
    if (can_export(*role)) continue;
    std::cerr << name << ": " << role->architecture << " cannot be exported; "
              << (labelled ? "the report has it as LibTorch scores it, without a model file\n"
                           : "the report has no agreement of it, and there is no model file\n");
  }
}

// With its teacher in place, and with what can be learned from it.
ExperimentOptions with_teacher(ExperimentOptions experiment, const Parallel& parallel) {
  if (experiment.teacher_file.file.empty()) return experiment;
  const fs::path folder = imported_teacher_folder(experiment);
  if (parallel.leads()) {
    bool begun = false;
    for (std::int64_t seed = 1; seed <= experiment.seeds; ++seed) {
      begun = begun || training_began(seed_folder(experiment.folder, seed) / kAssistantStage);
    }
    import_teacher(experiment.teacher_file, experiment.data, folder, begun);
  }
  parallel.barrier();
  experiment.teacher = read_run_options(folder);
  experiment.data = taught_data(experiment.data, folder);
  return experiment;
}

// What the small networks of a seed come to.
class SeedReport {
 public:
  SeedReport(const ExperimentOptions& experiment, std::int64_t seed, bool labelled,
             std::vector<std::string>& failures)
      : experiment_(experiment),
        folder_(seed_folder(experiment.folder, seed)),
        name_(experiment.folder.filename().string()),
        labelled_(labelled),
        failures_(failures) {
    report_.title = name_ + ", seed " + std::to_string(seed);
    report_.provenance = without_places(read_run_file(folder_ / kStudentStage)).at("provenance");
    report_.policy = labelled ? kCalibrationPolicy : kUnlabelledPolicy;
    report_.subgroups = labelled ? experiment.subgroups : std::vector<std::string>();
    if (experiment.teacher_file.file.empty()) {
      report_.stages.push_back(libtorch_report(kTeacherStage, folder_ / kTeacherStage));
    } else {
      add_imported_teacher();
    }
    add_small(kAssistantStage, name_ + "-assistant");
    add_small(kStudentStage, name_);
    if (experiment.examples && labelled) report_.examples = examples(folder_ / kStudentStage);
  }

  const RunReport& report() const { return report_; }

  void write() const {
    write_atomically(folder_ / "report.html", to_html(report_));
    Json evaluation = data_facts(data());
    evaluation["policy"] = report_.policy;
    if (!experiment_.teacher_file.file.empty()) {
      evaluation["teacher"] = imported_record(imported_teacher_folder(experiment_));
    }
    for (const auto& [stage, agreement] : report_.agreements) {
      evaluation["agreement_with_teacher"][stage] = to_json(agreement);
      std::cout << stage << ": with the teacher, " << to_table(agreement);
    }
    for (const StageReport& stage : report_.stages) {
      if (!labelled_) break;
      evaluation[stage.name] = evaluation_json(stage, experiment_.subgroups);
    }
    write_atomically(folder_ / "evaluation.json", evaluation.dump(2) + "\n");
    std::cout << (folder_ / "report.html").string() << "\n";
  }

 private:
  DataOptions data() const { return read_run_options(folder_ / kStudentStage).data; }

  void add_imported_teacher() {
    const fs::path run = imported_teacher_folder(experiment_);
    const std::vector<std::string> labels = read_run_labels(folder_ / kStudentStage);
    const LabelsMap map = labels_by_teacher(run, labels);
    const RunOptions options = read_run_options(run);
    const auto scored = [&](Split split) {
      return named_scores(weights_of(run), data(), split, map, labels);
    };
    NamedScores test = scored(Split::test);
    taught_ = test.images;
    shares_ = labels_exclude_each_other(run);
    // Of what training would decide nothing is known.
    StageReport stage{kTeacherStage,
                      {{"arch", options.architecture},
                       {"size", options.input.size},
                       {"mean", options.input.mean},
                       {"std", options.input.std},
                       {"imported", imported_record(run)}},
                      {},
                      {},
                      test.thresholds};
    if (labelled_) {
      write_atomically(folder_ / "predictions-teacher.csv",
                       to_csv(predictions_of(test.images, test.thresholds, "test")));
      stage.scored.emplace_back(to_string(Split::validation), scored(Split::validation).images);
      stage.scored.emplace_back(to_string(Split::test), std::move(test.images));
    }
    report_.stages.push_back(std::move(stage));
  }

  void add_small(const char* role, const std::string& called) {
    ExportOptions packed{folder_ / role, folder_ / (called + ".safetensors"), called};
    packed.neither = experiment_.neither;
    packed.texts = experiment_.texts;
    packed.subgroups = report_.subgroups;
    if (labelled_) {
      report_.stages.push_back(small_report(role, packed, failures_));
    } else {
      if (can_export(read_run_options(packed.run))) export_network(packed);
      report_.stages.push_back(stage_report(role, packed.run));
    }
    if (taught_.size() == 0 || (!labelled_ && !fs::exists(packed.output))) return;
    const ScoredImages own =
        labelled_ ? test_images(report_.stages.back())
                  : named_scores(packed.output, data(), Split::test, {}, taught_.labels).images;
    // Of films with labels every network's scores are sigmoids, also where one label excludes
    // another.
    const bool comparable = !shares_ || !labelled_;
    report_.agreements.emplace_back(
        role, agreement_of(taught_, own, shares_ || taught_.exclusive, comparable));
  }

  const ExperimentOptions& experiment_;
  fs::path folder_;
  std::string name_;
  bool labelled_;
  std::vector<std::string>& failures_;
  RunReport report_;
  ScoredImages taught_;  // what a teacher from elsewhere says of the test films; else none
  bool shares_ = false;  // whether its scores are a softmax's
};

}  // namespace

void run_experiment(const ExperimentOptions& wanted) {
  check(wanted.texts);
  const Parallel parallel = Parallel::from_environment();
  const ExperimentOptions experiment = with_teacher(wanted, parallel);
  check_subgroups(experiment.subgroups, experiment.data, Split::test);
  check_roles(experiment);
  const std::vector<PlannedStage> stages = stages_of(experiment);
  check_stages(stages, parallel, /*test=*/true);
  refuse_equal_films(experiment.data);
  const bool labelled = outline(experiment.data).test_labelled;
  if (parallel.leads()) say_what_is_not_packed(experiment, labelled);

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
    const SeedReport of_seed(experiment, seed, labelled, failures);
    of_seed.write();
    for (const StageReport& stage : of_seed.report().stages) {
      if (!labelled) break;
      runs.push_back(ablation_run(stage.name, static_cast<std::uint64_t>(seed), test_images(stage),
                                  stage.thresholds));
    }
  }
  if (!parallel.leads() || !labelled) return;
  const Ablation summary{summarise(runs), {}, kCalibrationPolicy};
  std::cout << to_table(summary);
  write_atomically(experiment.folder / "seeds.json", to_json(summary).dump(2) + "\n");
  if (!failures.empty()) {
    throw std::runtime_error(failures.front() +
                             "; the reports are made, with the network scored by LibTorch");
  }
}

}  // namespace thoraxlite
