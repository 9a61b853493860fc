#include <iostream>
#include <optional>

#include "commands/commands.h"
#include "commands/score_images.h"
#include "data/file_bytes.h"
#include "training/whole_file.h"

namespace thoraxlite {

using Json = nlohmann::ordered_json;

void evaluate_model(const EvaluateOptions& options) {
  std::optional<WholeFile> output;
  if (!options.output.empty()) output.emplace(options.output);
  const std::vector<std::uint8_t> model = require_file(options.model);
  const ScoredSplit scored = score_images(view(model), options.data, parse_split(options.split));
  for (const auto& reason : scored.without_score) std::cerr << reason << " No score.\n";
  const Evaluation evaluation = evaluate(scored.images, scored.thresholds);
  std::cout << to_table(evaluation);
  const Json evidence = evidence_json(scored);
  for (const Json& row : evidence) {
    std::cout << row["label"].get<std::string>() << ": of " << row["positive"]
              << " positive images, evidence lies mostly inside the lung field in "
              << row["mostly_inside"] << "; median share " << row["median"] << "\n";
  }

  if (!output) return;
  Json json = {{"model", options.model.filename().string()},
               {"sha256", sha256_hex(view(model))},
               {"split", options.split},
               {"sources", options.data.sources},
               {"without_score", scored.without_score.size()},
               {"refused", scored.refused},
               {"evidence_inside_lungs", evidence}};
  json.update(to_json(evaluation));
  const std::string text = json.dump(2) + "\n";
  output->write(text.data(), text.size());
  output->publish();
}

}  // namespace thoraxlite
