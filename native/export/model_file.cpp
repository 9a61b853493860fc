#include "export/model_file.h"

#include <torch/torch.h>

#include <algorithm>
#include <cmath>
#include <cstring>
#include <stdexcept>

#include "core/film_preparation.h"
#include "core/novelty.h"
#include "evaluation/operating_sets.h"
#include "export/safetensors_writer.h"

namespace thoraxlite {
namespace {

using Json = nlohmann::ordered_json;

NamedTensor named(const std::string& name, const torch::Tensor& tensor, const char* dtype) {
  const torch::Tensor values = tensor.contiguous();
  const auto* first = static_cast<const std::uint8_t*>(values.data_ptr());
  return {name, dtype, values.sizes().vec(), {first, first + values.nbytes()}};
}

const char* name_of(Outside outside) {
  if (outside == Outside::kept) return "kept";
  return outside == Outside::cut ? "cut" : "faded";
}

// 0.035, which as a double would be 0.035000000149.
double card_number(float value) {
  return std::round(static_cast<double>(value) * 1e6) / 1e6;
}

Json points_json(const std::vector<std::string>& labels, const std::vector<OperatingPoint>& points,
                 bool may_lack) {
  Json json = Json::array();
  for (std::size_t i = 0; i < labels.size(); ++i) {
    const OperatingPoint& point = points[i];
    json.push_back({{"label", labels[i]}});
    Json& row = json.back();
    if (point.has_threshold || !may_lack) {
      row.update({{"threshold", point.threshold},
                  {"sensitivity", point.sensitivity},
                  {"specificity", point.specificity}});
    }
    row.update({{"positives", point.positives}, {"cases", point.cases}});
    if (const auto& range = point.threshold_95) {
      row["threshold_95"] = {{"low", range->low}, {"high", range->high}};
    }
    if (point.evidence_inside_5) row["evidence_inside_5"] = *point.evidence_inside_5;
  }
  return json;
}

Json operating_sets_json(const CardContent& card) {
  Json json = Json::array();
  for (const OperatingSet& set : card.operating_sets) {
    const auto [rule, population] = parts_of(set.name);
    json.push_back({{"name", rule},
                    {"population", population},
                    {"points", points_json(card.labels, set.points, true)}});
  }
  return json;
}

Json card_json(const FoldedNetwork& network, const CardContent& card) {
  const Json points = points_json(card.labels, card.operating_points, false);
  Json json = {{"name", card.name},
               {"labels", card.labels},
               {"activation", card.activation == Activation::softmax ? "softmax" : "sigmoid"},
               {"input",
                {{"size", card.input.size},
                 {"channels", 1},
                 {"resize", "area"},
                 {"mean", card.input.mean},
                 {"std", card.input.std}}},
               {"graph", network.graph},
               {"calibration", {{"temperature", card.temperature}, {"operating_points", points}}}};
  if (!card.operating_sets.empty()) json["operating_sets"] = operating_sets_json(card);
  if (const auto& view = card.view) {
    json["view"] = {{"film", view->film},
                    {"margin", card_number(view->margin)},
                    {"mean", card_number(view->mean)},
                    {"deviation", card_number(view->deviation)},
                    {"outside", name_of(view->outside)}};
  }
  if (card.lungs) json["lungs"] = card.lungs->card;
  if (!card.version.empty()) json["version"] = card.version;
  if (!card.neither.empty()) json["neither"] = card.neither;
  const CardTexts& texts = card.texts;
  if (!texts.intended_use.empty()) json["intended_use"] = texts.intended_use;
  if (!texts.licence.empty()) json["licence"] = texts.licence;
  if (!texts.citation.empty()) json["citation"] = texts.citation;
  if (card.minimum_age > 0) json["input"]["minimum_age"] = card.minimum_age;
  if (const auto& statistics = card.statistics) {
    json["novelty"] = {{"threshold", statistics->novelty.threshold},
                       {"directions", statistics->novelty.background_mean.size()},
                       {"refused", statistics->refused},
                       {"cases", statistics->cases}};
  }
  json["training"] = card.training;
  json["evaluation"] = card.evaluation;
  return json;
}

// As float16, which the values are already rounded to.
NamedTensor named_half(const std::string& name, const std::vector<float>& values,
                       std::vector<std::int64_t> shape) {
  return named(name, torch::tensor(values).view(shape).to(torch::kHalf), "F16");
}

void add_novelty(const Novelty& novelty, std::vector<NamedTensor>& tensors) {
  const auto features = static_cast<std::int64_t>(novelty.mean.size());
  const auto directions = static_cast<std::int64_t>(novelty.background_mean.size());
  tensors.push_back(named_half("novelty.mean", novelty.mean, {features}));
  tensors.push_back(named_half("novelty.directions", novelty.directions, {directions, features}));
  tensors.push_back(named_half("novelty.background_mean", novelty.background_mean, {directions}));
  tensors.push_back(
      named_half("novelty.background_variance", novelty.background_variance, {directions}));
}

// What evidence and novelty are computed from: the last averages over the map.
std::vector<float> last_average(const FoldedNetwork& network, const ModelOutput& output) {
  for (std::size_t i = output.features.size(); i-- > 0;) {
    if (network.graph.at(i).at("op") != "global_average_pool") continue;
    const torch::Tensor average = output.features[i].second.flatten().contiguous();
    const auto* first = average.data_ptr<float>();
    return {first, first + average.numel()};
  }
  throw std::logic_error("there is no average of a map");
}

// As the core will prepare it.
PreparedFilm self_test_film(const CardContent& content, const GreyImage& picture) {
  Card card;
  card.input = content.input;
  card.view = content.view;
  std::optional<LungGraph> lungs;
  if (content.lungs) lungs = content.lungs->graph;
  Result<FilmPreparation> preparation = FilmPreparation::make(card, lungs, EngineKind::automatic);
  if (!preparation) throw std::runtime_error(preparation.error().message);
  Result<PreparedFilm> film = preparation->prepare(resize_area(picture, film_side(card)));
  if (!film) throw std::runtime_error(film.error().message);
  return std::move(*film);
}

}  // namespace

WeightType parse_weight_type(const std::string& name) {
  if (name == "float32") return WeightType::float32;
  if (name == "float16") return WeightType::float16;
  throw std::runtime_error("type '" + name + "' is not known; expected float32 or float16");
}

std::vector<std::uint8_t> pack_model(const FoldedNetwork& network, const CardContent& card,
                                     WeightType type, const GreyImage& picture) {
  const torch::ScalarType scalar = type == WeightType::float16 ? torch::kHalf : torch::kFloat32;
  const char* dtype = type == WeightType::float16 ? "F16" : "F32";
  const FoldedNetwork packed = rounded(network, scalar);
  std::vector<NamedTensor> tensors;
  for (const auto& [name, tensor] : packed.tensors) {
    if (!tensor.isfinite().all().item<bool>()) {
      throw std::runtime_error(name + " holds a value that is not finite as " + dtype);
    }
    tensors.push_back(named(name, tensor.to(scalar), dtype));
  }

  if (card.lungs) {
    tensors.insert(tensors.end(), card.lungs->tensors.begin(), card.lungs->tensors.end());
  }
  const PreparedFilm film = self_test_film(card, picture);
  std::vector<float> input = film.picture;
  normalise(input, card.input);
  const torch::Tensor image =
      torch::from_blob(input.data(), {1, 1, card.input.size, card.input.size});
  const ModelOutput expected = forward(packed, image);
  tensors.push_back(named("self_test.logits", expected.logits.flatten(), "F32"));
  if (card.statistics) {
    const Novelty& novelty = card.statistics->novelty;
    add_novelty(novelty, tensors);
    const float distance = novelty_distance(
        novelty, novelty_features(film, card.input.size, last_average(packed, expected)));
    tensors.push_back(named("self_test.novelty", torch::tensor({distance}), "F32"));
  }
  NamedTensor drawn{"self_test.image", "U8", {picture.height, picture.width}, {}};
  for (const auto pixel : picture.pixels) drawn.bytes.push_back(static_cast<std::uint8_t>(pixel));
  tensors.push_back(std::move(drawn));

  return write_safetensors(
      tensors, {{"format", "thoraxlite.student.v1"}, {"card", card_json(packed, card).dump()}});
}

}  // namespace thoraxlite
