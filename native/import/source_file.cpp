#include "import/source_file.h"

#include <torch/torch.h>

#include <algorithm>
#include <cmath>
#include <set>
#include <stdexcept>

#include "core/model/json_fields.h"
#include "core/model/safetensors.h"
#include "data/file_bytes.h"
#include "data/text_encoding.h"
#include "import/onnx_network.h"
#include "import/simplify.h"
#include "import/torch_networks.h"
#include "import/torchscript.h"
#include "models/state_dict.h"
#include "models/weight_file.h"
#include "screen/terminal_text.h"

namespace thoraxlite {
namespace {

using CardJson = nlohmann::ordered_json;

constexpr std::uintmax_t kMaxSourceBytes = std::uintmax_t{4} << 30;

constexpr const char* kXrvPackage = "torchxrayvision.";

// Of the films that TorchXRayVision's networks read (its xrv.datasets.normalize).
InputScaling xrv_scaling() {
  InputScaling scaling{{0}, {1}};
  scaling.low = -1024;
  scaling.high = 1024;
  return scaling;
}

// What a file says of itself may be any bytes; a card has UTF-8, and a terminal obeys some.
std::string cleaned(const std::string& text) {
  constexpr std::size_t kMost = 2000;
  return printable(only_utf8(text.substr(0, kMost)));
}

bool ends_in(const std::filesystem::path& file, const char* ending) {
  return file.extension() == ending;
}

void read_onnx_source(const std::filesystem::path& file, ByteView bytes, int size,
                      SourceFile& source) {
  Result<OnnxFile> read = read_onnx(bytes);
  if (!read) throw std::runtime_error(read.error().message);
  OnnxFile& onnx = *read;
  const auto opset = onnx.opsets.find("");
  source.format = "ONNX, opset " + std::to_string(opset == onnx.opsets.end() ? 0 : opset->second) +
                  (onnx.producer.empty() ? "" : ", by " + onnx.producer.substr(0, 100));
  read_external_data(onnx, file.parent_path());
  const OnnxInput input = input_of(onnx);
  if (input.size > 0 && size > 0 && size != input.size) {
    throw std::runtime_error("its input is " + std::to_string(input.size) +
                             " pixels a side, and not " + std::to_string(size));
  }
  const int side = input.size > 0 ? input.size : size > 0 ? size : kUsualSize;
  if (input.size == 0 && size == 0) {
    source.notes.push_back("it leaves open how large its input is; " + std::to_string(side) +
                           " pixels a side are taken, and --input size= says another");
  }
  OnnxNetwork network = read_onnx_network(onnx, side);
  source.layers = std::move(network.layers);
  source.activation = network.activation;
  source.notes.insert(source.notes.end(), network.notes.begin(), network.notes.end());
  for (const char* key : {"labels", "classes", "class_names"}) {
    const auto said = onnx.metadata.find(key);
    if (said != onnx.metadata.end() && source.labels.empty())
      source.labels = listed_labels(said->second);
  }
  const auto ends = onnx.metadata.find("activation");
  if (!source.activation && ends != onnx.metadata.end()) {
    if (ends->second == "softmax") source.activation = Activation::softmax;
    if (ends->second == "sigmoid") source.activation = Activation::sigmoid;
  }
  if (const auto said = onnx.metadata.find("input"); said != onnx.metadata.end()) {
    try {
      source.scaling = parse_input_scaling(said->second, std::nullopt);
    } catch (const std::exception&) {
      source.notes.push_back("what its metadata says of its input is not understood");
    }
  }
}

void read_torch_source(const std::filesystem::path& file, ByteView bytes, int size,
                       SourceFile& source) {
  SavedNetwork saved;
  if (ends_in(file, ".safetensors")) {
    const Result<Safetensors> contents = parse_safetensors(bytes);
    if (contents && contents->metadata.count("card") > 0) {
      throw std::runtime_error("it is a model file already");
    }
    saved.tensors = read_safetensors(file);
  } else {
    saved = read_saved_network(file);
  }
  const auto thresholds = saved.tensors.find("op_threshs");
  const bool is_xrv = saved.module.rfind(kXrvPackage, 0) == 0 || thresholds != saved.tensors.end();
  if (thresholds != saved.tensors.end() && thresholds->second.is_floating_point()) {
    const torch::Tensor values = thresholds->second.flatten().to(torch::kFloat32).contiguous();
    source.thresholds.assign(values.data_ptr<float>(), values.data_ptr<float>() + values.numel());
  }
  TorchNetwork network =
      read_torch_network(std::move(saved.tensors), size > 0 ? size : kUsualSize, file.string());
  source.format = network.architecture + " as weights of PyTorch" +
                  (saved.module.empty() ? "" : ", a whole module " + saved.module);
  source.layers = std::move(network.layers);
  source.labels = saved.labels;
  if (is_xrv && source.layers.channels == 1) {
    source.scaling = xrv_scaling();
    source.activation = Activation::sigmoid;
    source.notes.push_back(
        "it is TorchXRayVision's: pixels from -1024 to 1024, and findings that come together");
  } else if (source.layers.channels == 3) {
    source.scaling = imagenet_scaling();
    source.is_scaling_assumed = true;
    source.notes.push_back(
        "its input is scaled as ImageNet's, as torchvision's networks are; --input says otherwise");
  }
  if (size == 0) {
    source.notes.push_back("weights do not say how large its input is; " +
                           std::to_string(kUsualSize) +
                           " pixels a side are taken, and --input size= says another");
  }
}

// A label as a card may have it.
bool is_label(const std::string& label) {
  return !label.empty() && label.size() <= kMaxTextBytes && is_utf8(label) &&
         std::none_of(label.begin(), label.end(),
                      [](unsigned char c) { return c < 0x20 || c == 0x7f; });
}

std::string label_count(const SourceFile& source) {
  return std::to_string(source.layers.outputs) + " labels in the order of the outputs";
}

// The rows of the last layer that have a label.
void keep_outputs(ImportedLayers& layers, const std::vector<std::int64_t>& kept) {
  const auto last =
      std::find_if(layers.layers.begin(), layers.layers.end(),
                   [&](const ImportedLayer& layer) { return layer.name == layers.output; });
  if ((last->op != "linear" && last->op != "conv2d") || last->settings.contains("groups")) {
    throw std::runtime_error("outputs without a label cannot be left out, since the last layer \"" +
                             last->name + "\" is a " + last->op + "; give every output a label");
  }
  const torch::Tensor rows = torch::tensor(kept);
  last->weight = last->weight.index_select(0, rows);
  last->bias = last->bias.index_select(0, rows);
  layers.outputs = static_cast<int>(kept.size());
}

const char* name_of(Activation activation) {
  return activation == Activation::softmax ? "softmax" : "sigmoid";
}

}  // namespace

std::vector<std::string> listed_labels(const std::string& text) {
  const CardJson json = CardJson::parse(text, nullptr, /*allow_exceptions=*/false);
  std::vector<std::string> names;
  if (json.is_array()) {
    for (const CardJson& name : json) {
      if (!name.is_string()) return {};
      names.push_back(name.get<std::string>());
    }
    return names;
  }
  std::string name;
  for (const char c : text + ",") {
    if (c != ',') {
      name += c;
      continue;
    }
    names.push_back(name);
    name.clear();
  }
  return names;
}

SourceFile read_source_file(const std::filesystem::path& file, int size, bool trust) {
  const std::vector<std::uint8_t> bytes = require_file(file, kMaxSourceBytes);
  SourceFile source;
  source.sha256 = sha256_hex(view(bytes));
  try {
    const bool is_weights = ends_in(file, ".safetensors") || ends_in(file, ".pt") ||
                            ends_in(file, ".pth") || ends_in(file, ".ckpt") ||
                            ends_in(file, ".bin") || ends_in(file, ".tar");
    if (ends_in(file, ".onnx")) {
      read_onnx_source(file, view(bytes), size, source);
    } else if (is_weights && is_torchscript(file)) {
      if (!trust) {
        throw std::runtime_error(
            "it is TorchScript, a program: LibTorch runs parts of it as it loads it. If you trust "
            "whoever made it, say --trust; else ask for the network as ONNX or as weights");
      }
      read_torchscript(file, size, source);
    } else if (is_weights) {
      read_torch_source(file, view(bytes), size, source);
    } else {
      throw std::runtime_error("its ending is \"" + file.extension().string() +
                               "\"; expected .onnx, .pt, .pth, .ckpt, .bin, .pth.tar or "
                               ".safetensors");
    }
  } catch (const std::exception& error) {
    std::string reason = error.what();
    reason = reason.substr(0, reason.find('\n'));
    const std::string name = file.string() + ": ";
    throw std::runtime_error(cleaned(reason.rfind(name, 0) == 0 ? reason : name + reason));
  }
  if (static_cast<int>(source.labels.size()) != source.layers.outputs) {
    if (!source.labels.empty()) {
      source.notes.push_back("it names " + std::to_string(source.labels.size()) + " labels for " +
                             std::to_string(source.layers.outputs) +
                             " outputs; they are not taken");
    }
    source.labels.clear();
  }
  source.format = cleaned(source.format);
  for (std::string& note : source.notes) note = cleaned(note);
  const auto outputs = static_cast<std::size_t>(source.layers.outputs);
  if (source.thresholds.size() != outputs) source.thresholds.clear();
  return source;
}

std::vector<std::string> left_to_say(const SourceFile& source) {
  std::vector<std::string> options;
  if (source.labels.empty()) options.push_back("--labels: " + label_count(source));
  if (!source.scaling) {
    options.push_back(
        "--input: what its pixels are, as mean=0.485:0.456:0.406,std=0.229:0.224:0.225 or "
        "range=-1024:1024");
  }
  if (!source.activation) {
    options.push_back(
        "--activation: softmax if one film has one label, sigmoid if findings come together");
  }
  return options;
}

SettledNetwork settle(const SourceFile& source, const SourceSettings& settings) {
  SourceFile known = source;
  if (!settings.labels.empty()) known.labels = settings.labels;
  if (!settings.input.empty()) known.scaling = parse_input_scaling(settings.input, source.scaling);
  if (!settings.activation.empty()) {
    known.activation = settings.activation == "softmax" ? Activation::softmax : Activation::sigmoid;
    if (source.activation && *source.activation != *known.activation) {
      throw std::runtime_error("--activation " + settings.activation + ": the file ends in a " +
                               name_of(*source.activation));
    }
  }
  if (const auto missing = left_to_say(known); !missing.empty()) {
    std::string text = "the file does not say everything that a model file must. Say";
    for (const std::string& option : missing)
      text += (option == missing.front() ? " " : "; ") + option;
    throw std::runtime_error(text);
  }
  if (static_cast<int>(known.labels.size()) != known.layers.outputs) {
    throw std::runtime_error("--labels has " + std::to_string(known.labels.size()) + "; expected " +
                             label_count(known));
  }

  SettledNetwork settled;
  settled.activation = *known.activation;
  std::vector<std::int64_t> kept;
  std::set<std::string> seen;
  for (std::size_t i = 0; i < known.labels.size(); ++i) {
    const std::string& label = known.labels[i];
    if (label.empty()) continue;
    if (!is_label(label) || !seen.insert(label).second) {
      throw std::runtime_error("the label \"" + cleaned(label.substr(0, kMaxTextBytes)) +
                               "\" is there twice, or is no short text");
    }
    kept.push_back(static_cast<std::int64_t>(i));
    settled.labels.push_back(label);
    if (!known.thresholds.empty()) settled.thresholds.push_back(known.thresholds[i]);
  }
  if (kept.empty()) throw std::runtime_error("no output has a label");
  const std::size_t dropped = known.labels.size() - kept.size();
  ImportedLayers layers = known.layers;
  settled.input = read_grey(layers, *known.scaling);
  simplify(layers);
  if (dropped > 0) {
    if (settled.activation == Activation::softmax) {
      throw std::runtime_error(
          "outputs without a label cannot be left out of a softmax, whose scores they share");
    }
    keep_outputs(layers, kept);
  }
  settled.network = to_folded(layers);

  settled.imported = {{"format", known.format},
                      {"sha256", known.sha256},
                      {"input", to_text(*known.scaling)},
                      {"activation", name_of(settled.activation)},
                      {"outputs_left_out", dropped}};
  const bool only_size =
      settings.input.rfind("size=", 0) == 0 && settings.input.find(',') == std::string::npos;
  settled.imported["scaling"] = !settings.input.empty() && !only_size ? "by whoever imported it"
                                : known.is_scaling_assumed
                                    ? "assumed as ImageNet's, since the file does not say it"
                                    : "by the file";
  settled.imported["labels"] = settings.labels.empty() ? "by the file" : "by whoever imported it";
  return settled;
}

}  // namespace thoraxlite
