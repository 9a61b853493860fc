#include "import/onnx_network.h"

#include <torch/torch.h>

#include <algorithm>
#include <array>
#include <map>
#include <memory>
#include <set>
#include <sstream>
#include <stdexcept>

#include "core/model/graph.h"
#include "data/file_bytes.h"
#include "import/onnx_constants.h"
#include "import/onnx_node.h"

namespace thoraxlite {
namespace {

using CardJson = nlohmann::ordered_json;
using Dims = std::vector<std::int64_t>;

constexpr std::int64_t kLeastOpset = 9, kMostOpset = 21;
constexpr std::int64_t kMostFolded = std::int64_t{1} << 28;    // values of constants worked out
constexpr std::int64_t kMostExternal = std::int64_t{1} << 30;  // values in other files

// Work on whole numbers and scales beside the weights: they say by their name what the file is.
const std::set<std::string>& quantised_operators() {
  static const std::set<std::string> names = {
      "QuantizeLinear", "DequantizeLinear", "DynamicQuantizeLinear", "QLinearConv",
      "QLinearMatMul",  "ConvInteger",      "MatMulInteger"};
  return names;
}

// What changes no value of a map, only how its dims are written.
const std::set<std::string>& shape_operators() {
  static const std::set<std::string> names = {"Cast",    "Dropout",   "Expand",
                                              "Flatten", "Identity",  "Reshape",
                                              "Squeeze", "Transpose", "Unsqueeze"};
  return names;
}

// A value of the file: a constant, or what a layer gives, in any dims with the same order.
struct Value {
  std::shared_ptr<const OnnxTensor> constant;
  std::string layer;
  Dims dims;
  std::array<std::int64_t, 4> padding = {0, 0, 0, 0};  // zeros around it that a Pad asked for
  std::optional<Activation> activation;                // Softmax, which no layer stands for
};

bool is_padded(const Value& value) {
  return value.padding != std::array<std::int64_t, 4>{};
}

std::string attributes_of(const OnnxNode& node) {
  std::ostringstream text;
  for (const auto& [name, attribute] : node.attributes) {
    using Kind = OnnxAttribute::Kind;
    text << (text.tellp() > 0 ? ", " : "") << name.substr(0, 100);
    if (attribute.kind == Kind::integer) text << " " << attribute.integer;
    if (attribute.kind == Kind::number) text << " " << attribute.number;
    if (attribute.kind == Kind::text) text << " \"" << attribute.text.substr(0, 100) << "\"";
    if (attribute.kind == Kind::integers) text << " " << shown_dims(attribute.integers);
  }
  return text.str();
}

std::string joined(const std::vector<std::string>& names) {
  std::string text;
  for (const std::string& name : names) text += (text.empty() ? "" : ", ") + name;
  return text;
}

[[noreturn]] void refuse(const OnnxNode& node, const std::string& what) {
  throw std::runtime_error(shown(node) + " " + what);
}

std::int64_t product(const Dims& dims) {
  const auto count = elements_of(dims);
  return count ? *count : -1;
}

// The windows of a node's description (wasm/README.md).
ImportedWindow window_of(const CardJson& description) {
  ImportedWindow window;
  const auto read = [&](const char* key, auto& values) {
    if (!description.contains(key)) return;
    const CardJson& given = description.at(key);
    for (std::size_t i = 0; i < values.size(); ++i) {
      values[i] = given.is_array() ? given.at(i).get<std::int64_t>() : given.get<std::int64_t>();
    }
  };
  read("kernel", window.kernel);
  read("stride", window.stride);
  read("padding", window.padding);
  return window;
}

torch::Tensor tensor_of(const MappedNode& mapped, const char* kind) {
  const auto found = mapped.tensors.find(kind);
  if (found == mapped.tensors.end()) return {};
  return torch::tensor(found->second.values).reshape(found->second.shape);
}

class Reader {
 public:
  Reader(const OnnxFile& file, std::int64_t opset, const OnnxInput& input, int size)
      : file_(file), opset_(opset), layers_(input.channels, size) {
    for (const auto& [name, constant] : file.constants) {
      values_[name].constant = {std::shared_ptr<const OnnxTensor>(), &constant};  // the file's own
      values_[name].dims = constant.dims;
    }
    Value& first = values_[file.inputs.front().name];
    first.layer = kNetworkInput;
    const Dims& said = *file.inputs.front().dims;
    batch_ = said[0] > 0 ? said[0] : 1;
    first.dims = {batch_, input.channels, size, size};
  }

  OnnxNetwork read() {
    for (const OnnxNode& node : file_.nodes) read_node(node);
    return finish();
  }

 private:
  void read_node(const OnnxNode& node) {
    if (quantised_operators().count(node.op) > 0) {
      refuse(node, "is of a quantised network; expected one of float32 or float16");
    }
    if (!node.domain.empty()) {
      refuse(node,
             "is an operator of \"" + node.domain.substr(0, 200) + "\" and none of ONNX's own");
    }
    if (node.outputs.empty()) refuse(node, "gives nothing");
    if (node.op != "Constant" && (node.inputs.empty() || node.inputs[0].empty())) {
      refuse(node, "reads nothing");
    }
    std::vector<Value> inputs;
    bool constant = true;
    for (const std::string& name : node.inputs) {
      inputs.push_back(name.empty() ? Value{} : value(node, name));
      constant = constant && (name.empty() || inputs.back().constant);
    }
    if (node.op == "Shape") {
      give(node, shape_of(node, inputs));
    } else if (constant) {
      give(node, folded(node, inputs));
    } else if (inputs[0].constant && (node.op == "Pad" || node.op == "Softmax")) {
      refuse(node, "reads a constant where a map is needed");
    } else if (shape_operators().count(node.op) > 0) {
      give(node, reshaped(node, inputs));
    } else if (node.op == "Pad") {
      give(node, padded(node, inputs));
    } else if (node.op == "Softmax") {
      give(node, softmax(node, inputs));
    } else {
      give(node, mapped(node, inputs));
    }
  }

  const Value& value(const OnnxNode& node, const std::string& name) const {
    const auto found = values_.find(name);
    if (found != values_.end()) return found->second;
    refuse(node, "reads \"" + name.substr(0, 200) +
                     "\", which no node before it gives: the graph has a cycle, or lacks a part");
  }

  void give(const OnnxNode& node, Value value) {
    // A second output, such as a dropout's mask, is nobody's to read.
    values_[node.outputs.front()] = std::move(value);
  }

  // Constants alone.
  Value folded(const OnnxNode& node, const std::vector<Value>& inputs) {
    std::vector<const OnnxTensor*> operands;
    for (const Value& input : inputs) {
      operands.push_back(input.constant.get());
    }
    Value result;
    result.constant = std::make_shared<OnnxTensor>(fold_onnx_constants(node, operands));
    result.dims = result.constant->dims;
    if ((folded_ += product(result.dims)) > kMostFolded) {
      refuse(node, "works out more constants than any network has");
    }
    return result;
  }

  Value shape_of(const OnnxNode& node, const std::vector<Value>& inputs) {
    const Dims& dims = inputs.at(0).dims;
    if (is_padded(inputs.at(0))) refuse(node, "asks for the shape of a padded map");
    const auto size = static_cast<std::int64_t>(dims.size());
    const auto place = [&](const char* name, std::int64_t fallback) {
      const auto found = node.attributes.find(name);
      std::int64_t at = found == node.attributes.end() ? fallback : found->second.integer;
      if (at < 0) at += size;
      return std::clamp<std::int64_t>(at, 0, size);
    };
    const std::int64_t begin = place("start", 0), end = std::max(begin, place("end", size));
    OnnxTensor shape;
    shape.type = "int64";
    shape.integers.assign(dims.begin() + begin, dims.begin() + end);
    shape.dims = {end - begin};
    Value result;
    result.dims = shape.dims;
    result.constant = std::make_shared<OnnxTensor>(std::move(shape));
    return result;
  }

  Value reshaped(const OnnxNode& node, const std::vector<Value>& inputs) {
    Value result = inputs.at(0);
    std::vector<const OnnxTensor*> operands;
    for (std::size_t i = 1; i < inputs.size(); ++i) {
      if (!inputs[i].constant && !node.inputs[i].empty()) {
        refuse(node, "takes a shape that is not known before it runs");
      }
      operands.push_back(inputs[i].constant.get());
    }
    if (is_padded(result) && node.op != "Identity" && node.op != "Dropout" && node.op != "Cast") {
      refuse(node, "reads a padded map; expected a convolution or an average behind a Pad");
    }
    result.dims = reshaped_dims(node, result.dims, operands);
    return result;
  }

  // Padding with zeros, which a convolution behind it takes into its own.
  Value padded(const OnnxNode& node, const std::vector<Value>& inputs) {
    Value result = inputs.at(0);
    const auto mode = node.attributes.find("mode");
    if (mode != node.attributes.end() && mode->second.text != "constant") {
      refuse(node, "pads by \"" + mode->second.text.substr(0, 50) + "\"; expected zeros");
    }
    Dims pads;
    float filling = 0;
    if (const auto found = node.attributes.find("pads"); found != node.attributes.end()) {
      pads = found->second.integers;
    } else if (inputs.size() > 1 && inputs[1].constant) {
      pads = inputs[1].constant->integers;
    }
    if (const auto found = node.attributes.find("value"); found != node.attributes.end()) {
      filling = found->second.number;
    } else if (inputs.size() > 2 && !node.inputs[2].empty()) {
      if (!inputs[2].constant) refuse(node, "pads with a number that is not known before it runs");
      if (inputs[2].constant->floats.empty()) refuse(node, "pads with a number of another kind");
      filling = inputs[2].constant->floats.front();
    }
    if (filling != 0) refuse(node, "pads with a number that is not 0");
    if (result.dims.size() != 4 || pads.size() != 8 || pads[0] != 0 || pads[1] != 0 ||
        pads[4] != 0 || pads[5] != 0 || (inputs.size() > 3 && !node.inputs[3].empty())) {
      refuse(node, "pads other than the two sides of a map");
    }
    const std::array<std::int64_t, 4> sides = {pads[2], pads[3], pads[6], pads[7]};
    for (std::size_t i = 0; i < sides.size(); ++i) {
      if (sides[i] < 0 || sides[i] > kMaxInputSide) refuse(node, "pads by a length that is none");
      result.padding[i] += sides[i];
      result.dims[2 + i % 2] += sides[i];
    }
    return result;
  }

  Value softmax(const OnnxNode& node, const std::vector<Value>& inputs) {
    Value result = inputs.at(0);
    const Shape shape = layers_.shape(result.layer);
    const auto found = node.attributes.find("axis");
    std::int64_t axis = found != node.attributes.end() ? found->second.integer
                        : opset_ < 13                  ? 1
                                                       : -1;
    if (axis < 0) axis += static_cast<std::int64_t>(result.dims.size());
    const auto at = static_cast<std::size_t>(axis);
    const bool of_labels = shape.height == 1 && shape.width == 1 && axis >= 0 &&
                           at < result.dims.size() && result.dims[at] == shape.channels;
    if (!of_labels) refuse(node, "is no softmax over labels at the end of the network");
    result.activation = Activation::softmax;
    return result;
  }

  // As dims of what a layer gives; a vector stays one.
  Dims dims_of(const std::string& layer, bool vector) const {
    const Shape shape = layers_.shape(layer);
    if (vector) return {batch_, std::int64_t{shape.channels} * shape.height * shape.width};
    return {batch_, shape.channels, shape.height, shape.width};
  }

  Value mapped(const OnnxNode& node, std::vector<Value>& inputs) {
    std::vector<OnnxOperand> operands;
    for (Value& input : inputs) {
      if (input.activation) refuse(node, "stands behind a softmax, which must be the end");
      OnnxOperand operand;
      operand.dims = input.dims;
      operand.constant = input.constant.get();
      operands.push_back(operand);
    }
    if (const auto whole = mean_of_flat_map(node, inputs)) return *whole;
    OnnxNode plain = node;
    take_padding(plain, inputs, operands);
    const Result<MappedNode> result = map_onnx_node(plain, opset_, operands);
    if (!result) {
      const auto known = importable_onnx_operators();
      if (std::count(known.begin(), known.end(), node.op) > 0) {
        throw std::runtime_error(result.error().message);
      }
      const std::string attributes = attributes_of(node);
      refuse(node, (attributes.empty() ? "" : "with " + attributes + " ") +
                       "is no operator that model files have; those that can be had are " +
                       joined(known));
    }
    return appended(node, *result, inputs);
  }

  // The padding that a Pad before the node asked for becomes its own.
  void take_padding(OnnxNode& node, std::vector<Value>& inputs,
                    std::vector<OnnxOperand>& operands) {
    for (std::size_t i = 0; i < inputs.size(); ++i) {
      Value& input = inputs[i];
      if (!is_padded(input)) continue;
      const auto found = node.attributes.find("auto_pad");
      const bool own = found == node.attributes.end() || found->second.text == "NOTSET" ||
                       found->second.text == "VALID";
      if (node.op != "Conv" || i != 0 || !own) {
        refuse(node, "reads a padded map; expected a convolution behind a Pad");
      }
      node.attributes.erase("auto_pad");
      OnnxAttribute& pads = node.attributes["pads"];
      pads.kind = OnnxAttribute::Kind::integers;
      pads.integers.resize(4, 0);
      for (std::size_t side = 0; side < 4; ++side) pads.integers[side] += input.padding[side];
      input.dims = operands[i].dims = dims_of(input.layer, false);
    }
  }

  // x.flatten(2).mean(2): [N, C, H * W] is a map whose two sides are one.
  std::optional<Value> mean_of_flat_map(const OnnxNode& node, const std::vector<Value>& inputs) {
    if (node.op != "ReduceMean" || inputs.at(0).layer.empty()) return std::nullopt;
    const Value& input = inputs[0];
    const Shape shape = layers_.shape(input.layer);
    if (input.dims.size() != 3 || is_padded(input) || input.dims[1] != shape.channels) {
      return std::nullopt;
    }
    Dims axes;
    if (const auto found = node.attributes.find("axes"); found != node.attributes.end()) {
      axes = found->second.integers;
    } else if (inputs.size() > 1 && inputs[1].constant) {
      axes = inputs[1].constant->integers;
    }
    if (axes != Dims{2} && axes != Dims{-1}) return std::nullopt;
    Value result;
    result.layer = layers_.global_average_pool(name_of(node), input.layer);
    const auto kept = node.attributes.find("keepdims");
    result.dims = {batch_, shape.channels};
    if (kept == node.attributes.end() || kept->second.integer != 0) result.dims.push_back(1);
    return result;
  }

  static std::string name_of(const OnnxNode& node) {
    return node.name.empty() ? node.outputs.front() : node.name;
  }

  Value appended(const OnnxNode& node, const MappedNode& mapped, const std::vector<Value>& inputs) {
    std::vector<std::string> sources;
    bool vector = true;
    for (const std::size_t at : mapped.reads) {
      const Value& input = inputs.at(at);
      if (input.layer.empty()) refuse(node, "reads a constant where a map is needed");
      sources.push_back(input.layer);
      vector = vector && input.dims.size() == 2;
    }
    const CardJson& description = mapped.description;
    const std::string op = description.value("op", "");
    const Value& first = inputs.at(mapped.reads.at(0));
    Value result;
    result.dims = first.dims;
    result.layer = sources[0];
    if (op.empty()) return result;
    const std::string name = name_of(node);
    const bool elementwise = op != "conv2d" && op != "linear" && op != "max_pool2d" &&
                             op != "average_pool2d" && op != "global_average_pool" &&
                             op != "concat";
    const Shape in = layers_.shape(sources[0]);
    const bool as_it_is = first.dims == dims_of(sources[0], false) ||
                          (first.dims.size() == 2 && in.height == 1 && in.width == 1);
    if (!as_it_is && !elementwise && op != "linear") {
      refuse(node, "reads the dims " + shown_dims(first.dims) + " of a map of " + shown(in) +
                       ", which were put into another shape");
    }
    const torch::Tensor weight = tensor_of(mapped, "weight"), bias = tensor_of(mapped, "bias");
    if (op == "conv2d") {
      result.layer = layers_.conv2d(name, sources[0], weight, bias, window_of(description),
                                    description.value("groups", std::int64_t{1}));
    } else if (op == "linear") {
      result.layer = layers_.linear(name, sources[0], weight, bias);
    } else if (op == "scale_shift") {
      if (!as_it_is && weight.numel() != 1 && in.channels != first.dims.at(1)) {
        refuse(node, "has a number for each value of a flat map");
      }
      result.layer = layers_.scale_shift(name, sources[0], weight, bias);
    } else if (op == "max_pool2d" || op == "average_pool2d") {
      result.layer =
          layers_.pool(name, op, sources[0], window_of(description),
                       description.value("ceil", false), description.value("count_padding", false));
    } else if (op == "global_average_pool") {
      result.layer = layers_.global_average_pool(name, sources[0]);
    } else if (op == "concat") {
      for (const std::size_t at : mapped.reads) {
        const Value& part = inputs.at(at);
        if (part.dims != dims_of(part.layer, part.dims.size() == 2)) {
          refuse(node, "joins maps that were put into another shape");
        }
      }
      result.layer = layers_.concat(name, sources);
    } else if (op == "add" || op == "mul") {
      result.layer = op == "add" ? layers_.add(name, sources[0], sources[1])
                                 : layers_.mul(name, sources[0], sources[1]);
    } else {
      CardJson settings = description;
      settings.erase("op");
      const bool is_relu = op == "clip" && settings == CardJson{{"low", 0}};
      result.layer = is_relu ? layers_.activation(name, "relu", sources[0])
                             : layers_.activation(name, op, sources[0], settings);
    }
    if (op == "linear") vector = true;
    if (!elementwise) result.dims = dims_of(result.layer, vector || is_flat_mean(node));
    return result;
  }

  // ReduceMean without keepdims.
  static bool is_flat_mean(const OnnxNode& node) {
    const auto kept = node.attributes.find("keepdims");
    return node.op == "ReduceMean" && kept != node.attributes.end() && kept->second.integer == 0;
  }

  OnnxNetwork finish() {
    OnnxNetwork network;
    const std::string& output = file_.outputs.front().name;
    const auto found = values_.find(output);
    if (found == values_.end() || found->second.layer.empty()) {
      throw std::runtime_error("its output \"" + output.substr(0, 200) +
                               "\" does not come from its input");
    }
    if (file_.outputs.size() > 1) {
      network.notes.push_back("it has " + std::to_string(file_.outputs.size()) +
                              " outputs; the first, \"" + output.substr(0, 200) + "\", is taken");
    }
    const Value& value = found->second;
    const Shape shape = layers_.shape(value.layer);
    if (shape.height != 1 || shape.width != 1) {
      throw std::runtime_error("its output has the dims " + shown_dims(value.dims) +
                               "; expected one value a label");
    }
    network.activation = value.activation;
    network.layers = layers_.finish(value.layer, &network.activation);
    return network;
  }

  const OnnxFile& file_;
  const std::int64_t opset_;
  LayerBuilder layers_;
  std::int64_t batch_ = 1;
  std::int64_t folded_ = 0;
  std::map<std::string, Value> values_;
};

// Paths are any text of the file's.
std::filesystem::path inside(const std::filesystem::path& folder, const std::string& location) {
  const std::filesystem::path path(location);
  const bool leaves =
      path.is_absolute() || path.has_root_path() || location.find('\\') != std::string::npos ||
      std::any_of(path.begin(), path.end(), [](const auto& part) { return part == ".."; });
  std::error_code error;
  const auto home = std::filesystem::weakly_canonical(folder.empty() ? "." : folder, error);
  const auto real = std::filesystem::weakly_canonical(home / path, error);
  const auto [at, rest] = std::mismatch(home.begin(), home.end(), real.begin(), real.end());
  if (leaves || error || at != home.end()) {
    throw std::runtime_error("its weights are said to lie in \"" + location.substr(0, 200) +
                             "\", outside of the file's own folder");
  }
  return real;
}

}  // namespace

OnnxInput input_of(const OnnxFile& file) {
  if (file.inputs.size() != 1 || file.outputs.empty()) {
    throw std::runtime_error("it has " + std::to_string(file.inputs.size()) + " inputs and " +
                             std::to_string(file.outputs.size()) + " outputs; expected one each");
  }
  const OnnxValue& input = file.inputs.front();
  if (!input.dims || input.dims->size() != 4) {
    throw std::runtime_error("its input has the dims " +
                             (input.dims ? shown_dims(*input.dims) : std::string("?")) +
                             "; expected pictures, [N, C, H, W]");
  }
  const Dims& dims = *input.dims;
  const bool open = dims[2] < 0 && dims[3] < 0;
  if ((dims[1] != 1 && dims[1] != 3) || dims[2] != dims[3] ||
      (!open && (dims[2] < 1 || dims[2] > kMaxInputSide)) || dims[0] == 0) {
    throw std::runtime_error("its input has the dims " + shown_dims(dims) +
                             "; expected 1 or 3 channels of square pictures, at most " +
                             std::to_string(kMaxInputSide) + " pixels a side");
  }
  return {static_cast<int>(dims[1]), open ? 0 : static_cast<int>(dims[2])};
}

void read_external_data(OnnxFile& file, const std::filesystem::path& folder) {
  std::map<std::filesystem::path, std::vector<std::uint8_t>> files;
  std::uintmax_t left = kMaxExternalBytes;
  std::int64_t values = 0;
  for (auto& [name, constant] : file.constants) {
    if (!constant.external) continue;
    const OnnxExternalData external = *constant.external;
    const auto path = inside(folder, external.location);
    if (files.count(path) == 0) {
      files[path] = require_file(path, left);
      left -= files[path].size();
    }
    const std::vector<std::uint8_t>& bytes = files[path];
    const auto there = static_cast<std::int64_t>(bytes.size());
    const std::int64_t rest = there - std::min(external.offset, there);
    const std::int64_t size = external.length.value_or(rest);
    const std::string shown_name = "the constant \"" + name.substr(0, 200) + "\"";
    if (external.offset > there || size > rest) {
      throw std::runtime_error(shown_name + " has bytes that \"" +
                               external.location.substr(0, 200) + "\" does not hold");
    }
    // Many constants may name the same bytes.
    if ((values += product(constant.dims)) > kMostExternal) {
      throw std::runtime_error(shown_name +
                               " makes those in other files more than any network has");
    }
    Result<OnnxTensor> filled = with_values(
        std::move(constant), {bytes.data() + external.offset, static_cast<std::size_t>(size)});
    if (!filled) throw std::runtime_error(filled.error().message);
    constant = std::move(*filled);
  }
}

OnnxNetwork read_onnx_network(const OnnxFile& file, int size) {
  const auto opset = file.opsets.find("");
  if (opset == file.opsets.end() || opset->second < kLeastOpset || opset->second > kMostOpset) {
    throw std::runtime_error(
        "its operators are of opset " +
        (opset == file.opsets.end() ? std::string("none") : std::to_string(opset->second)) +
        "; expected " + std::to_string(kLeastOpset) + " to " + std::to_string(kMostOpset));
  }
  const OnnxInput input = input_of(file);
  return Reader(file, opset->second, input, size).read();
}

std::vector<std::string> importable_onnx_operators() {
  std::vector<std::string> names = known_onnx_operators();
  names.insert(names.end(), shape_operators().begin(), shape_operators().end());
  names.insert(names.end(), {"Constant", "Pad", "Shape", "Softmax"});
  std::sort(names.begin(), names.end());
  names.erase(std::unique(names.begin(), names.end()), names.end());
  return names;
}

}  // namespace thoraxlite
