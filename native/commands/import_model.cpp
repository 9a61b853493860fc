#include <torch/torch.h>

#include <algorithm>
#include <cmath>
#include <iostream>
#include <stdexcept>

#include "commands/commands.h"
#include "commands/dataset_option.h"
#include "commands/open_screener.h"
#include "commands/pack_measured.h"
#include "core/model/head.h"
#include "core/version.h"
#include "data/file_bytes.h"
#include "data/text_encoding.h"
#include "import/source_file.h"
#include "training/device.h"
#include "training/predict.h"

namespace thoraxlite {
namespace {

using Json = nlohmann::ordered_json;

constexpr const char* kUncalibratedPolicy =
    "nothing was calibrated on films: scores as the imported network gives them, and no threshold "
    "that was chosen by films";

// To predict and calibrate as a network that was trained here.
class ImportedNetwork : public Network {
 public:
  explicit ImportedNetwork(const FoldedNetwork& folded) : folded_(folded) {}

  ModelOutput forward(const torch::Tensor& images) override {
    ModelOutput output = thoraxlite::forward(folded_, images);
    output.logits = output.logits.flatten(1);
    return output;
  }

 private:
  const FoldedNetwork& folded_;
};

// {"intended_use", "licence", "citation"}, each of them optional.
CardTexts read_card_texts(const std::filesystem::path& file) {
  const std::vector<std::uint8_t> bytes = require_file(file);
  const Json json = Json::parse(bytes.begin(), bytes.end(), nullptr, /*allow_exceptions=*/false);
  if (!json.is_object()) {
    throw std::runtime_error(file.string() +
                             ": no JSON object; expected one with intended_use, licence and "
                             "citation, each a text");
  }
  CardTexts texts;
  for (const auto& [key, value] : json.items()) {
    std::string* text = key == "intended_use" ? &texts.intended_use
                        : key == "licence"    ? &texts.licence
                        : key == "citation"   ? &texts.citation
                                              : nullptr;
    if (!text || !value.is_string()) {
      throw std::runtime_error(file.string() + ": \"" + key.substr(0, 100) +
                               "\" is not known, or no text; expected intended_use, licence and "
                               "citation");
    }
    *text = value.get<std::string>();
  }
  check(texts);
  return texts;
}

// A threshold that nobody measured; the core then calls nothing by it.
std::vector<OperatingPoint> unmeasured_points(const SettledNetwork& network) {
  std::vector<OperatingPoint> points(network.labels.size());
  for (std::size_t i = 0; i < network.thresholds.size(); ++i) {
    const float threshold = network.thresholds[i];
    if (threshold >= 0 && threshold <= 1) points[i].threshold = threshold;
  }
  return points;
}

Json known_of(const SettledNetwork& network, const ImportOptions& options, bool has_figures) {
  Json imported = {{"file", only_utf8(options.model.filename().string())}};
  imported.update(network.imported);
  if (!network.thresholds.empty()) {
    Json thresholds = Json::object();
    for (std::size_t i = 0; i < network.labels.size(); ++i) {
      const float threshold = network.thresholds[i];
      if (std::isfinite(threshold)) thresholds[network.labels[i]] = threshold;
    }
    imported["thresholds_of_the_source"] = thresholds;
  }
  imported["not_known"] =
      "This network was trained elsewhere. On which films it learned, and how well it does on any, "
      "is not known here" +
      std::string(has_figures ? " beyond the figures of this card."
                              : "; nothing of it was measured.");
  return imported;
}

// The set with the model's labels: what the data says nothing of is unknown.
ImageSet matched(ImageSet images, const LabelMatch& match, const std::vector<std::string>& labels) {
  const auto rows = to_rows(images.targets);
  images.labels = labels;
  images.exclusive = false;
  images.targets = torch::empty(
      {static_cast<std::int64_t>(rows.size()), static_cast<std::int64_t>(labels.size())});
  for (std::size_t i = 0; i < rows.size(); ++i) {
    images.targets[static_cast<std::int64_t>(i)] = torch::tensor(matched_targets(match, rows[i]));
  }
  return images;
}

// Whether the films' labels say anything of the model's.
bool any_label(const std::vector<std::string>& model, const std::vector<std::string>& data,
               const LabelsMap& map) {
  return !map.empty() || std::any_of(model.begin(), model.end(), [&](const std::string& label) {
    return std::count(data.begin(), data.end(), label) > 0;
  });
}

void pack_with_films(const SettledNetwork& network, const ImportOptions& options, CardContent card,
                     WholeFile& output) {
  const int side = network.input.size;
  const DataOutline all = outline(options.data);
  const LabelsMap map =
      options.labels_map.empty() ? LabelsMap() : read_labels_map(options.labels_map);
  MeasuringOptions measuring{options.data, parse_weight_type(options.type), map};
  measuring.test_images = all.test;
  measuring.labelled = any_label(card.labels, all.labels, map);
  measuring.chosen_by_validation = "by which it was calibrated";
  card.training["imported"] = known_of(network, options, measuring.labelled);
  ImageSet training = load_images(options.data, Split::train, side);
  ImageSet validation = load_images(options.data, Split::validation, side);
  if (!measuring.labelled) {
    std::cerr << options.data.data
              << ": none of its labels is one of the model's: its films say what films look like, "
                 "and there are no thresholds and no figures\n";
  } else if (card.activation == Activation::softmax) {
    measuring.policy = kUncalibratedPolicy;
    measuring.chosen_by_validation = "";
    std::cerr << "no thresholds are chosen, since the labels of a softmax share one score\n";
  } else {
    const LabelMatch match = match_labels(card.labels, all.labels, map, options.data.data);
    validation = matched(std::move(validation), match, card.labels);
    RunOptions run;
    run.input = network.input;
    ImportedNetwork torch_network(network.network);
    card.operating_points.clear();
    const bool has_ages = phantom_data(options.data.data).count == 0;
    add_calibration(torch_network, FilmInput(run), validation, has_ages, card);
  }
  pack_measured(network.network, std::move(card), measuring, training, validation, output);
}

}  // namespace

void import_model(const ImportOptions& options) {
  use_all_cores();
  const torch::NoGradGuard no_grad;
  if (options.output.extension() != ".safetensors") {
    throw std::runtime_error(options.output.string() +
                             ": a model file is written as safetensors; expected a name that ends "
                             "in .safetensors");
  }
  CardContent card;
  if (!options.card.empty()) card.texts = read_card_texts(options.card);
  // How large the input is decides what is read.
  const int size = options.input.empty() ? 0 : parse_input_scaling(options.input, {}).size;
  const SourceFile source = read_source_file(options.model, size, options.trust);
  for (const std::string& note : source.notes) {
    std::cerr << options.model.string() << ": " << note << "\n";
  }
  SettledNetwork network;
  try {
    network = settle(source, {options.labels.empty() ? std::vector<std::string>()
                                                     : listed_labels(options.labels),
                              options.input, options.activation});
  } catch (const std::exception& error) {
    throw std::runtime_error(options.model.string() + ": " + error.what());
  }
  card.name = options.name.empty() ? options.output.stem().string() : options.name;
  card.labels = network.labels;
  card.activation = network.activation;
  card.input = network.input;
  card.version = version();
  card.operating_points = unmeasured_points(network);

  WholeFile output(options.output);
  if (options.data.data.empty()) {
    card.training["imported"] = known_of(network, options, /*has_figures=*/false);
    const std::vector<std::uint8_t> file =
        pack_model(network.network, card, parse_weight_type(options.type), self_test_picture());
    // As the page will open it, with its limits and its self-test.
    open_screener(view(file), sha256_hex(view(file)));
    output.write(file.data(), file.size());
    output.publish();
  } else {
    pack_with_films(network, options, card, output);
  }
  if (!options.says) return;
  const std::vector<std::uint8_t> file = require_file(options.output);
  const Screener opened = open_screener(view(file), sha256_hex(view(file)));
  const Result<Model> model = load_model(view(file));
  const bool has_evidence = read_head(model->nodes, model->card.input.size).has_value();
  std::cout << options.output.string() << ": " << file.size() << " bytes, "
            << opened.card().labels.size() << " labels, input "
            << network.imported.at("input").get<std::string>() << "\n";
  std::cout << (has_evidence
                    ? "evidence is shown: the network is linear behind an average\n"
                    : "no evidence is shown: the network is not linear behind an average\n");
  if (card.texts.licence.empty()) {
    std::cout << "the licence of its weights is not known; --card FILE says it\n";
  }
}

}  // namespace thoraxlite
