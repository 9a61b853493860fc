#include <iostream>
#include <optional>

#include "commands/commands.h"
#include "commands/dataset_option.h"
#include "commands/evaluation_facts.h"
#include "commands/score_images.h"
#include "data/file_bytes.h"
#include "evaluation/operating_sets.h"
#include "training/whole_file.h"

namespace thoraxlite {
namespace {

using Json = nlohmann::ordered_json;

constexpr const char* kPolicy =
    "findings called at the model file's thresholds, labels that exclude each other by the highest "
    "logit";

void print_labels(const char* what, const std::vector<std::string>& labels) {
  if (labels.empty()) return;
  std::cout << what;
  for (const std::string& label : labels) std::cout << " '" << label << "'";
  std::cout << "\n";
}

}  // namespace

void evaluate_model(const EvaluateOptions& options) {
  std::optional<WholeFile> output, predictions;
  if (!options.output.empty()) output.emplace(options.output);
  if (!options.predictions.empty()) predictions.emplace(options.predictions);
  const std::vector<std::uint8_t> model = require_file(options.model);
  const Split split = parse_split(options.split);
  check_subgroups(options.subgroups, options.data, split);
  const LabelsMap map =
      options.labels_map.empty() ? LabelsMap() : read_labels_map(options.labels_map);
  const ScoredSplit scored = score_images(view(model), options.data, split, map, options.reader);
  for (const auto& reason : scored.without_score) std::cerr << reason << " No score.\n";
  if (predictions) {
    const std::string text = to_csv(predictions_of(scored, options.split));
    predictions->write(text.data(), text.size());
    predictions->publish();
  }
  const Evaluation evaluation = evaluate(scored.images, scored.thresholds, {options.subgroups});
  std::cout << to_table(evaluation) << "Policy: " << kPolicy << ".\n";
  print_labels("labels of the model that the data lacks, scored but in no figure:",
               scored.match.unknown);
  print_labels("labels of the data that the model lacks:", scored.match.unused);
  if (!scored.without_score.empty()) {
    std::cout << scored.without_score.size() << " images without a score\n";
  }
  const Json evidence = evidence_json(scored);
  for (const Json& row : evidence) {
    std::cout << row["label"].get<std::string>() << ": of " << row["positive"]
              << " positive images, evidence lies mostly inside the lung field in "
              << row["mostly_inside"] << "; median share " << row["median"] << "\n";
  }

  if (!output) return;
  Json json = {{"model", options.model.filename().string()}, {"sha256", sha256_hex(view(model))}};
  json.update(data_facts(options.data));
  json.update({{"split", options.split},
               {"policy", kPolicy},
               {"labels_unknown", scored.match.unknown},
               {"labels_unused", scored.match.unused},
               {"without_score", scored.without_score.size()},
               {"refused", scored.refused},
               {"evidence_inside_lungs", evidence}});
  json.update(to_json(evaluation));
  if (scored.operating_sets.size() > 1) {
    json["operating_sets"] = sets_json(scored.operating_sets, scored.images);
  }
  const std::string text = json.dump(2) + "\n";
  output->write(text.data(), text.size());
  output->publish();
}

}  // namespace thoraxlite
