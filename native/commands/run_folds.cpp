#include <iostream>
#include <stdexcept>

#include "commands/check_stages.h"
#include "commands/commands.h"
#include "commands/dataset_option.h"
#include "commands/evaluation_facts.h"
#include "commands/fold_guides.h"
#include "commands/score_run.h"
#include "data/folds.h"
#include "evaluation/evaluation.h"
#include "evaluation/fold_figures.h"
#include "evaluation/predictions.h"
#include "report/folds_page.h"
#include "training/checkpoint.h"
#include "training/run_folder.h"

namespace thoraxlite {
namespace {

namespace fs = std::filesystem;

fs::path fold_folder(const FoldsOptions& options, int fold) {
  return options.folder / ("fold-" + std::to_string(fold));
}

RunOptions fold_options(const FoldsOptions& options, int fold) {
  RunOptions run = with_guides_of_part(options.base, "fold-" + std::to_string(fold));
  run.data.fold = std::to_string(fold) + "/" + std::to_string(options.folds);
  run.data.seed = run.seed;
  return run;
}

// With calls by the fold's own thresholds.
ScoredRun held_out(const fs::path& run) {
  ScoredRun scored = score_run(run, Split::test);
  std::vector<std::vector<int>> calls;
  for (std::size_t i = 0; i < scored.scored.size(); ++i) {
    calls.emplace_back();
    for (std::size_t label = 0; label < scored.scored.labels.size(); ++label) {
      calls.back().push_back(is_called(scored.scored, scored.thresholds, i, label) ? 1 : 0);
    }
  }
  scored.scored.called = std::move(calls);
  return scored;
}

// Logits that compare between folds.
ScoredImages calibrated(ScoredImages images, float temperature) {
  for (auto& logits : images.logits) {
    for (float& logit : logits) logit /= temperature;
  }
  return images;
}

}  // namespace

void run_folds(const FoldsOptions& options) {
  const Parallel parallel = Parallel::from_environment();
  DataOptions data = options.base.data;
  data.seed = options.base.seed;
  const std::string dealt = describe_folds(data);
  std::vector<PlannedStage> stages;
  for (int fold = 1; fold <= options.folds; ++fold) {
    stages.push_back(
        {"fold " + std::to_string(fold), fold_folder(options, fold), fold_options(options, fold)});
  }
  check_stages(stages, parallel, /*test=*/true);
  for (const PlannedStage& stage : stages) refuse_equal_films(stage.options.data);
  for (int fold = 1; fold <= options.folds; ++fold) {
    if (parallel.leads()) {
      std::cerr << "fold " << fold << " of " << options.folds << " (" << dealt << ")\n";
    }
    Course course;
    course.later_epochs = static_cast<double>((options.folds - fold) * options.base.epochs);
    const PlannedStage& stage = stages[static_cast<std::size_t>(fold - 1)];
    train_network(stage.options, stage.run, parallel, course);
  }
  if (!parallel.leads()) return;

  std::vector<ScoredImages> images;
  Predictions predictions;
  for (int fold = 1; fold <= options.folds; ++fold) {
    const ScoredRun scored = held_out(fold_folder(options, fold));
    images.push_back(calibrated(scored.scored, scored.temperature));
    const Predictions of_fold =
        predictions_of(scored.scored, scored.thresholds, "fold " + std::to_string(fold));
    predictions.labels = of_fold.labels;
    predictions.films.insert(predictions.films.end(), of_fold.films.begin(), of_fold.films.end());
  }
  write_atomically(options.folder / "predictions.csv", to_csv(predictions));
  const CrossValidation result = cross_validate(dealt, images);
  auto json = to_json(result);
  json["data"] = data_facts(options.base.data);
  json["policy"] = kCalibrationPolicy;
  json["options"] = to_json(options.base);
  json["held_out"] = to_json(evaluate(joined(images), {}));
  write_atomically(options.folder / "folds.json", json.dump(2) + "\n");
  write_atomically(
      options.folder / "folds.html",
      to_html(options.folder.filename().string() + ": " + std::to_string(options.folds) + " folds",
              result, images));
  std::cout << to_table(result);
}

}  // namespace thoraxlite
