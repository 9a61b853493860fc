#include <torch/torch.h>

#include <algorithm>
#include <cmath>
#include <iostream>
#include <set>
#include <stdexcept>

#include "commands/commands.h"
#include "commands/dataset_option.h"
#include "commands/pack_measured.h"
#include "commands/score_images.h"
#include "core/version.h"
#include "data/balance.h"
#include "data/file_bytes.h"
#include "data/phantom.h"
#include "evaluation/operating_sets.h"
#include "export/fold.h"
#include "export/model_file.h"
#include "report/curves.h"
#include "training/calibrate.h"
#include "training/device.h"
#include "training/film_input.h"
#include "training/run_folder.h"
#include "training/trained_network.h"
#include "training/whole_file.h"

namespace thoraxlite {
namespace {

using Json = nlohmann::ordered_json;

constexpr int kSelfTestSize = 112;  // pixels; the core enlarges it, which tests its resizing too

}  // namespace

GreyImage self_test_picture() {
  PhantomSpec picture;
  picture.kind = PhantomKind::lobar;
  picture.size = kSelfTestSize;
  picture.bit_depth = 8;
  picture.seed = 1;
  return draw_phantom(picture).image;
}

void add_calibration(Network& network, const FilmInput& input, const ImageSet& validation,
                     bool has_ages, CardContent& card) {
  Calibration calibration = calibrate(network, validation, input, torch::kCPU);
  ScoredImages& scored = calibration.validation;
  for (const Sample& sample : validation.about) {
    if (has_ages) scored.of_children.push_back(is_of_child(sample));
  }
  card.temperature = calibration.temperature;
  card.operating_points = choose_points(scored, youden_threshold, 1);
  for (std::size_t label = 0; label < card.labels.size(); ++label) {
    const OperatingPoint& point = card.operating_points[label];
    if (point.has_threshold) continue;
    // The counts in the card tell that a threshold without both sides is nobody's choice.
    std::cerr << "of the validation images " << (point.positives == 0 ? "none" : "all")
              << " of which it is known have label '" << card.labels[label]
              << "': no threshold could be chosen for it, 0.5 stands in its place\n";
  }
  OperatingSets chosen = choose_sets(scored, card.neither);
  card.operating_sets = std::move(chosen.sets);
  for (const std::string& sentence : chosen.without_threshold) std::cerr << sentence << "\n";
}

namespace {

// Below so many films the twentieth part of them is nobody.
constexpr std::size_t kFewestOfEvidence = 20;

// What share of the evidence inside the lungs is unusual for the model: of its positive test films.
void add_usual_evidence(std::vector<std::vector<float>> shares,
                        std::vector<OperatingPoint>& points) {
  for (std::size_t label = 0; label < points.size(); ++label) {
    std::vector<float>& of = shares[label];
    if (of.size() < kFewestOfEvidence) continue;
    const auto least = of.begin() + static_cast<std::ptrdiff_t>(of.size() / 20);
    std::nth_element(of.begin(), least, of.end());
    points[label].evidence_inside_5 = *least;
  }
}

// How one network was trained.
Json stage_record(const std::filesystem::path& run) {
  const Json file = without_places(read_run_file(run));
  Json record = file.at("provenance");
  record["options"] = file.at("options");
  record["epochs_done"] = read_epochs(run).size();
  return record;
}

// Every network of the chain, teachers before those that learn from them.
void add_stages(const std::filesystem::path& run, Json& stages) {
  const DistillationOptions learned = read_run_options(run).distillation;
  std::set<std::string> guides = {learned.soft_labels_from, learned.features_from};
  guides.erase("");
  for (const std::string& guide : guides) add_stages(guide, stages);
  stages.push_back(stage_record(run));
}

// How the settings of a network fare on hospitals that training never saw: the test films.
Json left_out_record(const std::filesystem::path& file) {
  const auto bytes = require_file(file);
  const Json whole = Json::parse(bytes.begin(), bytes.end(), nullptr, /*allow_exceptions=*/false);
  if (!whole.is_object() || !whole.contains("test") || !whole.at("test").is_object()) {
    throw std::runtime_error(file.string() +
                             ": no figures of test films of hospitals that were left out; expected "
                             "what leave-one-source-out writes with --test");
  }
  for (const Json& setting : whole.at("settings")) {
    if (setting.at("name") != whole.at("chosen")) continue;
    return {{"setting", setting.at("name")},  {"epochs", setting.at("options").at("epochs")},
            {"data", whole.at("data")},       {"fewest_films", whole.at("fewest_films")},
            {"neither", whole.at("neither")}, {"test", whole.at("test")}};
  }
  throw std::runtime_error(file.string() + ": no setting is chosen");
}

}  // namespace

void export_network(const ExportOptions& options) {
  use_all_cores();
  if (options.output.extension() != ".safetensors") {
    throw std::runtime_error(options.output.string() +
                             ": a model file is written as safetensors; expected a name that ends "
                             "in .safetensors");
  }
  check(options.texts);
  const TrainedNetwork trained = load_trained(options.run);
  const FilmInput input(trained.options);
  const int side = film_side(trained.options);
  DataOptions data = trained.options.data;
  if (!options.data.empty()) data.data = options.data;
  CardContent card;
  card.name = options.name;
  card.labels = trained.labels;
  card.input = trained.options.input;
  card.view = lung_view(trained.options);
  if (card.view) card.lungs = read_packed_lungs(trained.options.lungs);
  card.training = stage_record(options.run);
  Json stages = Json::array();
  add_stages(options.run, stages);
  card.training["stages"] = stages;
  card.version = version();
  card.minimum_age = options.minimum_age;
  card.neither = options.neither;
  card.texts = options.texts;
  if (!card.neither.empty() &&
      std::count(card.labels.begin(), card.labels.end(), card.neither) == 0) {
    throw std::runtime_error("--neither " + card.neither + ": the run has no such label");
  }
  if (!options.left_out.empty()) card.evaluation["left_out"] = left_out_record(options.left_out);
  const FoldedNetwork folded = fold(*trained.network);
  const WeightType type = parse_weight_type(options.type);
  WholeFile output(options.output);
  const DataOutline all = outline(data);
  check_run_data(options.run, all.labels, dataset_digest(data.data));
  check_subgroups(options.subgroups, data, Split::test);
  const ImageSet validation =
      with_labels(load_images(data, Split::validation, side), trained.labels, data.data);
  const bool labelled = !no_label_known(validation.targets);
  if (labelled) {
    add_calibration(*trained.network, input, validation, phantom_data(data.data).count == 0, card);
  } else {
    // Soft labels of a softmax leave open what each logit is by itself.
    if (validation.exclusive) card.activation = Activation::softmax;
    card.operating_points.resize(card.labels.size());
    card.training["not_known"] =
        "No label of any film was known in training: the network learned to say what its teacher "
        "says, and how well either does is not known here.";
    std::cerr << data.data
              << ": no label of its validation images is known: nothing is calibrated, and there "
                 "are no thresholds and no figures\n";
  }
  const ImageSet training = load_images(data, Split::train, side);
  MeasuringOptions measuring{data, type};
  measuring.subgroups = options.subgroups;
  measuring.test_images = all.test;
  measuring.labelled = labelled;
  pack_measured(folded, std::move(card), measuring, training, validation, output);
  std::cout << options.output.string() << ": " << std::filesystem::file_size(options.output)
            << " bytes\n";
}

void pack_measured(const FoldedNetwork& folded, CardContent card, const MeasuringOptions& options,
                   const ImageSet& training, const ImageSet& validation, WholeFile& output) {
  const DataOptions& data = options.data;
  const WeightType type = options.type;
  const GreyImage self_test = self_test_picture();
  card.statistics =
      fit_film_statistics(view(pack_model(folded, card, type, self_test)), training, validation);

  if (!options.labelled) {
    const std::vector<std::uint8_t> file = pack_model(folded, card, type, self_test);
    output.write(file.data(), file.size());
    output.publish();
    return;
  }
  // Evaluated as packed, since rounding to float16 is part of what is released.
  const std::vector<std::uint8_t> unmeasured = pack_model(folded, card, type, self_test);
  for (const Split split : {Split::validation, Split::test}) {
    if (split == Split::test && options.test_images == 0) {
      std::cerr << data.data
                << ": no image of split test; the card has figures of the validation split alone"
                << (options.chosen_by_validation.empty() ? "" : ", ")
                << options.chosen_by_validation << "\n";
      continue;
    }
    const ScoredSplit scored = score_images(view(unmeasured), data, split, options.map);
    for (const auto& reason : scored.without_score) std::cerr << reason << " No score.\n";
    EvaluationOptions figures;
    if (split == Split::test) figures.subgroups = options.subgroups;
    const Evaluation evaluation = evaluate(scored.images, scored.thresholds, figures);
    std::cout << to_string(split) << "\n" << to_table(evaluation) << "\n";
    card.evaluation[to_string(split)] = to_json(evaluation);
    card.evaluation[to_string(split)]["without_score"] = scored.without_score.size();
    Json& json = card.evaluation[to_string(split)];
    json["refused"] = scored.refused;
    json["evidence_inside_lungs"] = evidence_json(scored);
    if (!scored.images.of_children.empty()) {
      const auto [children, adults, unknown] = scored.ages;
      json["ages"] = {{"children", children}, {"adults", adults}, {"unknown", unknown}};
    }
    if (split != Split::test) continue;
    add_usual_evidence(scored.evidence_inside_lungs[0], card.operating_points);
    for (std::size_t i = 0; i < card.operating_sets.size(); ++i) {
      add_usual_evidence(scored.evidence_inside_lungs[i + 1], card.operating_sets[i].points);
    }
    if (!card.operating_sets.empty()) {
      json["operating_sets"] = sets_json(card.operating_sets, scored.images);
    }
    if (!json.contains("ages") || scored.ages.children == 0) continue;
    const ScoredImages of_adults_only = of_adults(scored.images);
    if (of_adults_only.size() == 0) continue;
    const Json adults_only = to_json(evaluate(of_adults_only, scored.thresholds));
    json["adults"] = {{"images", of_adults_only.size()},
                      {"intervals_over", adults_only["intervals_over"]},
                      {"findings", adults_only["findings"]}};
  }
  card.evaluation["policy"] = options.policy;
  std::cout << "Policy: " << options.policy << ".\n";
  const std::vector<std::uint8_t> file = pack_model(folded, card, type, self_test);
  output.write(file.data(), file.size());
  output.publish();
}

}  // namespace thoraxlite
