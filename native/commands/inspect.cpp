#include <torch/torch.h>

#include <algorithm>
#include <iostream>
#include <map>
#include <numeric>
#include <stdexcept>

#include "commands/commands.h"
#include "commands/pack_measured.h"
#include "core/model/head.h"
#include "core/model/operators.h"
#include "core/model/safetensors.h"
#include "data/file_bytes.h"
#include "import/onnx_file.h"
#include "import/source_file.h"
#include "screen/terminal_text.h"

namespace thoraxlite {
namespace {

using CardJson = nlohmann::ordered_json;

std::string joined(const std::vector<std::string>& words) {
  std::string text;
  for (const std::string& word : words) text += (text.empty() ? "" : ", ") + word;
  return text;
}

std::string counted(const std::map<std::string, int>& counts) {
  std::vector<std::string> words;
  for (const auto& [name, count] : counts) words.push_back(std::to_string(count) + " " + name);
  return joined(words);
}

void print_labels(const std::vector<std::string>& labels) {
  std::vector<std::string> words;
  for (const std::string& label : labels)
    words.push_back(label.empty() ? "(none)" : printable(label));
  std::cout << "labels        " << joined(words) << "\n";
}

// What the core makes of a packed file.
void print_network(const Model& model) {
  const CardJson card = CardJson::parse(model.card.json);
  std::map<std::string, int> operators;
  for (const CardJson& node : card.at("graph")) ++operators[node.at("op").get<std::string>()];
  std::int64_t parameters = 0, work = 0;
  for (const Node& node : model.nodes) {
    parameters += static_cast<std::int64_t>(node.weight.size() + node.bias.size());
    work += work_of(node);
  }
  std::cout << "layers        " << model.nodes.size() << ": " << counted(operators) << "\n"
            << "parameters    " << parameters << "\n"
            << "multiply-adds " << work << " at " << model.card.input.size << " x "
            << model.card.input.size << " pixels\n"
            << "evidence      "
            << (read_head(model.nodes, model.card.input.size)
                    ? "yes: it is linear behind an average"
                    : "none: it is not linear behind an average of a map")
            << "\n";
}

bool is_model_file(ByteView bytes) {
  const Result<Safetensors> contents = parse_safetensors(bytes);
  return contents && contents->metadata.count("card") > 0;
}

void inspect_model_file(const std::filesystem::path& file, ByteView bytes) {
  const Result<Model> model = load_model(bytes);
  if (!model) throw std::runtime_error(file.string() + ": " + model.error().message);
  const Card& card = model->card;
  std::cout << "format        model file of ThoraxLite, \"" << printable(card.name) << "\"\n";
  print_labels(card.labels);
  std::cout << "input         1 channel, " << card.input.size << " x " << card.input.size
            << ", mean " << card.input.mean << ", std " << card.input.std << "\n";
  print_network(*model);
  const auto measured = std::count_if(card.operating_points.begin(), card.operating_points.end(),
                                      [](const OperatingPoint& p) { return p.is_measured(); });
  std::cout << "thresholds    measured of " << measured << " of " << card.labels.size()
            << " labels\n"
            << "lung network  " << (model->lungs ? "yes" : "none") << "\n"
            << "novelty       " << (model->novelty ? "yes" : "none") << "\n"
            << "import        needs none: it is a model file\n";
}

// What an ONNX file holds, whether or not it can be had.
void print_onnx(ByteView bytes) {
  const Result<OnnxFile> read = read_onnx(bytes);
  if (!read) return;
  std::map<std::string, int> operators;
  for (const OnnxNode& node : read->nodes) ++operators[printable(node.op.substr(0, 100))];
  std::int64_t constants = 0;
  for (const auto& [name, constant] : read->constants) {
    constants += elements_of(constant.dims).value_or(0);
  }
  std::cout << "operators     " << read->nodes.size() << ": " << counted(operators) << "\n"
            << "constants     " << constants << " values\n";
  for (const OnnxValue& input : read->inputs) {
    std::cout << "input         " << printable(input.name.substr(0, 100)) << " "
              << (input.dims ? shown_dims(*input.dims) : "[?]") << "\n";
  }
}

// With what is not said filled in, since layers and work do not depend on it.
SettledNetwork settled_for_show(const SourceFile& source) {
  SourceSettings settings;
  if (source.labels.empty()) {
    for (int i = 1; i <= source.layers.outputs; ++i) settings.labels.push_back(std::to_string(i));
  }
  if (!source.scaling) settings.input = "mean=0.5,std=0.25";
  if (!source.activation) settings.activation = "sigmoid";
  return settle(source, settings);
}

}  // namespace

void inspect_file(const InspectOptions& options) {
  const torch::NoGradGuard no_grad;
  const std::vector<std::uint8_t> bytes = require_file(options.file, kMaxInspectedBytes);
  std::cout << "file          " << options.file.string() << ", " << bytes.size() << " bytes\n"
            << "sha256        " << sha256_hex(view(bytes)) << "\n";
  if (is_model_file(view(bytes))) return inspect_model_file(options.file, view(bytes));
  if (options.file.extension() == ".onnx") print_onnx(view(bytes));
  try {
    const SourceFile source = read_source_file(options.file, 0, options.trust);
    std::cout << "format        " << source.format << "\n";
    if (!source.labels.empty()) {
      print_labels(source.labels);
    } else {
      std::cout << "labels        not said, " << source.layers.outputs << " outputs\n";
    }
    std::cout << "input         " << source.layers.channels << " channel"
              << (source.layers.channels == 1 ? "" : "s") << ", " << source.layers.size << " x "
              << source.layers.size << ", "
              << (source.scaling ? to_text(*source.scaling) : "scaling not said") << "\n";
    const SettledNetwork settled = settled_for_show(source);
    CardContent card;
    card.name = options.file.filename().string().substr(0, 100);
    card.labels = settled.labels;
    card.activation = settled.activation;
    card.input = settled.input;
    card.operating_points.resize(card.labels.size());
    const std::vector<std::uint8_t> packed =
        pack_model(settled.network, card, WeightType::float16, self_test_picture());
    const Result<Model> model = load_model(view(packed));
    if (!model) throw std::runtime_error(model.error().message);
    print_network(*model);
    for (const std::string& note : source.notes) std::cout << "note          " << note << "\n";
    const std::vector<std::string> missing = left_to_say(source);
    std::cout << "import        " << (missing.empty() ? "yes" : "yes, with") << "\n";
    for (const std::string& option : missing) std::cout << "              " << option << "\n";
  } catch (const std::exception& error) {
    std::cout << "import        no: " << error.what() << "\n";
  }
}

}  // namespace thoraxlite
