#include "import/export_network.h"

#include <torch/torch.h>

#include <stdexcept>

#include "core/model/model.h"
#include "core/model/safetensors.h"
#include "import/input_scaling.h"

namespace thoraxlite {

using Json = nlohmann::ordered_json;

namespace {

torch::Tensor values_of(const TensorView& stored) {
  const Result<std::vector<float>> values = to_float32(stored);
  if (!values) throw std::runtime_error(values.error().message);
  return torch::tensor(*values).reshape(stored.shape);
}

constexpr const char* kWholeFilm =
    "Average the film over each pixel of a square of the input's size, whatever its aspect; pixels "
    "from 0 (black) to 1 (white); then subtract the mean and divide by the deviation.";
constexpr const char* kLungs =
    "The network reads the picture of the lungs that the model's own lung network cuts out of a "
    "film "
    "(wasm/README.md, \"A model that looks at the lungs\"), which is no part of this file; then "
    "subtract the mean and divide by the deviation.";

}  // namespace

ExportedNetwork exported_network(ByteView model_file) {
  const Result<Model> model = load_model(model_file);
  if (!model) throw std::runtime_error(model.error().message);
  const Result<Safetensors> contents = parse_safetensors(model_file);
  const Json card = Json::parse(model->card.json);
  ExportedNetwork exported;
  exported.size = model->card.input.size;
  exported.network.graph = card.at("graph");
  for (const Json& node : exported.network.graph) {
    for (const char* kind : {".weight", ".bias"}) {
      const std::string name = node.at("name").get<std::string>() + kind;
      const auto found = contents->tensors.find(name);
      if (found != contents->tensors.end()) {
        exported.network.tensors[name] = values_of(found->second);
      }
    }
  }
  const InputSpec& input = model->card.input;
  auto& metadata = exported.metadata;
  InputScaling scaling{{input.mean}, {input.std}};
  scaling.size = input.size;
  metadata["input"] = to_text(scaling);
  metadata["labels"] = Json(model->card.labels).dump();
  metadata["activation"] = card.at("activation").get<std::string>();
  metadata["temperature"] = card.at("calibration").at("temperature").dump();
  metadata["operating_points"] = card.at("calibration").at("operating_points").dump();
  metadata["preparation"] = model->card.view ? kLungs : kWholeFilm;
  metadata["card"] = model->card.json;
  for (const char* text : {"intended_use", "licence", "citation", "version"}) {
    if (card.contains(text) && card.at(text).is_string()) metadata[text] = card.at(text);
  }
  return exported;
}

}  // namespace thoraxlite
