#include <algorithm>
#include <iostream>

#include "commands/commands.h"
#include "commands/score_images.h"
#include "core/findings.h"
#include "data/file_bytes.h"
#include "evaluation/figure_json.h"
#include "training/checkpoint.h"

namespace thoraxlite {
namespace {

using Json = nlohmann::ordered_json;

// Of each label's positive images: the middle share of evidence that lies inside the lung field.
Json evidence_json(const ScoredSplit& scored) {
  Json rows = Json::array();
  for (std::size_t label = 0; label < scored.images.labels.size(); ++label) {
    std::vector<float> shares = scored.evidence_inside_lungs[label];
    if (shares.empty()) continue;
    const auto middle = shares.begin() + static_cast<std::ptrdiff_t>(shares.size() / 2);
    std::nth_element(shares.begin(), middle, shares.end());
    const auto mostly_inside = std::count_if(
        shares.begin(), shares.end(), [](float share) { return share >= kMinEvidenceInsideLungs; });
    rows.push_back({{"label", scored.images.labels[label]},
                    {"positive", shares.size()},
                    {"median", number(*middle)},
                    {"mostly_inside", mostly_inside}});
  }
  return rows;
}

}  // namespace

void evaluate_model(const EvaluateOptions& options) {
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

  if (options.output.empty()) return;
  Json json = {{"model", options.model.filename().string()},
               {"sha256", sha256_hex(view(model))},
               {"split", options.split},
               {"sources", options.data.sources},
               {"without_score", scored.without_score.size()},
               {"refused", scored.refused},
               {"evidence_inside_lungs", evidence}};
  json.update(to_json(evaluation));
  write_atomically(options.output, json.dump(2) + "\n");
}

}  // namespace thoraxlite
