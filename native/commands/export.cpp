#include <torch/torch.h>

#include <cmath>
#include <fstream>
#include <iostream>

#include "commands/commands.h"
#include "commands/dataset_option.h"
#include "commands/score_images.h"
#include "data/file_bytes.h"
#include "data/phantom.h"
#include "export/fold.h"
#include "export/model_file.h"
#include "training/checkpoint.h"
#include "training/device.h"
#include "training/predict.h"

namespace thoraxlite {
namespace {

using Json = nlohmann::ordered_json;

constexpr int kSelfTestSize = 112;  // pixels; the core enlarges it, which tests its resizing too

// Temperature and operating points, from the validation split alone.
void calibrate(Student& student, const RunOptions& options, CardContent& card) {
  const ImageSet validation = load_images({options.data, options.sources, "ones", options.seed},
                                          Split::validation, options.input.size);
  const auto logits = to_rows(predict(student, validation, options.input, torch::kCPU));
  const auto targets = to_rows(validation.targets);
  card.temperature = fit_temperature(logits, targets);
  for (std::size_t label = 0; label < card.labels.size(); ++label) {
    std::vector<float> scores;
    std::vector<int> present;
    for (std::size_t i = 0; i < logits.size(); ++i) {
      scores.push_back(1.0f / (1.0f + std::exp(-logits[i][label] / card.temperature)));
      present.push_back(targets[i][label] > 0.5f);
    }
    const float threshold = youden_threshold(scores, present);
    const Counts counts = count_at(scores, present, threshold);
    card.operating_points.push_back(
        {threshold, static_cast<float>(counts.sensitivity()),
         static_cast<float>(counts.specificity()),
         static_cast<int>(counts.true_positives + counts.false_negatives),
         static_cast<int>(present.size())});
  }
}

Json training_record(const std::filesystem::path& run) {
  std::ifstream stream(run / "options.json");
  const Json file = Json::parse(stream);
  Json record = {{"stages", Json::array({"student alone: binary cross-entropy on hard labels"})}};
  record.update(file.at("provenance"));
  record["options"] = file.at("options");
  // Where the data lay on the training machine is nobody's business but that machine's.
  record["options"].erase("data");
  record["data"] = std::filesystem::path(file.at("options").at("data").get<std::string>())
                       .lexically_normal()
                       .filename()
                       .string();
  return record;
}

}  // namespace

void export_student(const ExportOptions& options) {
  use_all_cores();
  const RunOptions run = read_run_options(options.run);
  CardContent card;
  card.labels = load_labels({run.data, run.sources});
  Student student(student_options(run, static_cast<std::int64_t>(card.labels.size())));
  load_network(options.run / "best.pt", student);

  card.name = options.name;
  card.input = run.input;
  card.training = training_record(options.run);
  calibrate(student, run, card);

  PhantomSpec picture;
  picture.kind = PhantomKind::lobar;
  picture.size = kSelfTestSize;
  picture.bit_depth = 8;
  picture.seed = 1;
  const GreyImage self_test = draw_phantom(picture).image;
  const FoldedNetwork folded = fold(student);
  const WeightType type = parse_weight_type(options.type);

  // Evaluated as packed, since rounding to float16 is part of what is released.
  const std::vector<std::uint8_t> unmeasured = pack_model(folded, card, type, self_test);
  for (const Split split : {Split::validation, Split::test}) {
    const ScoredSplit scored =
        score_images(view(unmeasured), run.data, run.sources, split, run.seed);
    for (const auto& reason : scored.without_score) std::cerr << reason << " No score.\n";
    const Evaluation evaluation = evaluate(scored.images, scored.thresholds);
    std::cout << to_string(split) << "\n" << to_table(evaluation) << "\n";
    card.evaluation[to_string(split)] = to_json(evaluation);
    card.evaluation[to_string(split)]["without_score"] = scored.without_score.size();
  }
  const std::vector<std::uint8_t> file = pack_model(folded, card, type, self_test);
  write_atomically(options.output, {file.begin(), file.end()});
  std::cout << options.output.string() << ": " << file.size() << " bytes\n";
}

}  // namespace thoraxlite
