// Makes graphs of ONNX's conformance tests: write_onnx_cases DATA FOLDER LEFT_OUT [--list]
//
// README.md says how. Fails where a claimed case is left out that LEFT_OUT does not name for that
// reason, or where one that it names is not left out.
#include <algorithm>
#include <cstdio>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <map>
#include <numeric>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "core/model/operators.h"
#include "data/file_bytes.h"
#include "export/safetensors_writer.h"
#include "import/onnx_node.h"

using namespace thoraxlite;
using OrderedJson = nlohmann::ordered_json;
using Dims = std::vector<std::int64_t>;
namespace fs = std::filesystem;

namespace {

constexpr const char* kFolders[] = {"node", "pytorch-converted", "pytorch-operator", "simple"};

// Why a case is left out, by a part of the sentence with which it is refused.
constexpr const char* kReasons[][2] = {
    {"tensors of", "other element types than float32"},
    {"\"dilations\"", "dilation"},
    {"[N, C, H, W], the last three known", "maps of one or three dimensions"},
    {"a weight of [", "maps of one or three dimensions"},
    {"training mode", "training mode, or its outputs"},
    {"mask as well", "training mode, or its outputs"},
    {"gives indices", "indices of a maximum"},
    {"two maps; expected one map", "difference or quotient of two computed maps"},
    {"is of maps of", "broadcast along other axes than channels"},
    {"constant of [", "broadcast along other axes than channels"},
    {"has a bias of", "a bias that differs from row to row"},
    {"\"transA\"", "a transposed left matrix"},
    {"reads a map of [", "a product of more than a vector and a matrix"},
    {"has a matrix of [", "a product of more than a vector and a matrix"},
    {"a map, [N, C, H, W], or a vector", "a product of more than a vector and a matrix"},
    {"over the axes", "a mean over other axes than both sides"},
    {"over all axes", "a mean over other axes than both sides"},
    {"flattens", "a flattened map"},
    {"nothing is computed", "nothing is computed"},
    {"reads nothing", "nothing is read"},
};

std::string reason_of(const std::string& sentence) {
  for (const auto& [part, reason] : kReasons) {
    if (sentence.find(part) != std::string::npos) return reason;
  }
  return "UNKNOWN: " + sentence;
}

struct Value {
  OnnxTensor tensor;  // in the file's layout; of what is computed without elements
  bool is_constant = false;
  std::string node;  // of ours that gives it
  Shape shape;
  Dims dims;  // as the mapping sees it
};

// Constants by their nature, where the test feeds them as inputs.
bool wants_constant(const std::string& op, std::size_t index) {
  static const std::set<std::string> with_constants{
      "Conv", "BatchNormalization", "Gemm", "MatMul", "Clip", "Dropout", "ReduceMean"};
  return index > 0 && with_constants.count(op) > 0;
}

bool is_pointwise(const std::string& op) {
  static const std::set<std::string> all{"Add",       "Sub",       "Mul",      "Div",
                                         "Relu",      "Clip",      "Sigmoid",  "HardSigmoid",
                                         "HardSwish", "LeakyRelu", "Identity", "Dropout"};
  return all.count(op) > 0;
}

enum class View { natural, last_axis, joined_axis };

class CaseWriter {
 public:
  explicit CaseWriter(OnnxFile file) : file_(std::move(file)) {
    for (OnnxNode& node : file_.nodes) {
      if (node.op != "Constant") nodes_.push_back(node);
    }
  }

  // The sets are those of one folder, test_data_set_0 or another. Why it cannot be had, or nothing.
  std::optional<std::string> write(const fs::path& set, const fs::path& to) {
    for (const OnnxNode& node : file_.nodes) {
      if (node.op != "Constant") continue;
      const auto found = node.attributes.find("value");
      if (found == node.attributes.end()) return node.op + " reads nothing";
      add_constant(node.outputs.front(), found->second.tensor);
    }
    for (const auto& [name, tensor] : file_.constants) add_constant(name, tensor);
    for (std::size_t i = 0; i < file_.inputs.size(); ++i) {
      const fs::path path = set / ("input_" + std::to_string(i) + ".pb");
      const auto bytes = require_file(path);
      auto tensor = read_onnx_tensor(view(bytes));
      if (!tensor) return tensor.error().message + " in tensors of another form";
      if (is_constant(file_.inputs[i].name)) {
        add_constant(file_.inputs[i].name, *tensor);
      } else {
        if (tensor->type != "float32") return "it is of tensors of " + tensor->type;
        maps_.push_back(file_.inputs[i].name);
        values_[file_.inputs[i].name].tensor = std::move(*tensor);
      }
    }
    if (maps_.empty()) return "it reads nothing";
    choose_view();
    if (auto error = take_inputs()) return error;
    for (const OnnxNode& node : nodes_) {
      if (auto error = map(node)) return error;
    }
    if (graph_.empty()) return "nothing is computed";
    return write_file(set, to);
  }

 private:
  void add_constant(const std::string& name, OnnxTensor tensor) {
    Value& value = values_[name];
    value.tensor = std::move(tensor);
    value.is_constant = true;
  }

  bool is_constant(const std::string& name) const {
    for (const OnnxNode& node : nodes_) {
      for (std::size_t i = 0; i < node.inputs.size(); ++i) {
        if (node.inputs[i] == name && wants_constant(node.op, i)) return true;
        // A difference of two maps is not claimed, one with a constant is.
        if (node.inputs[i] == name && i == 1 && (node.op == "Sub" || node.op == "Div")) return true;
      }
    }
    return false;
  }

  void choose_view() {
    const bool has_sides = std::all_of(maps_.begin(), maps_.end(), [this](const std::string& name) {
      const std::size_t rank = values_[name].tensor.dims.size();
      return rank == 4 || rank == 2;
    });
    const bool is_all_pointwise = std::all_of(
        nodes_.begin(), nodes_.end(), [](const OnnxNode& node) { return is_pointwise(node.op); });
    if (nodes_.size() == 1 && nodes_[0].op == "Concat") {
      view_ = View::joined_axis;
    } else if (is_all_pointwise && !has_sides) {
      view_ = View::last_axis;
    }
  }

  // The axis from which on everything is channels.
  std::size_t channel_axis(const Dims& dims) const {
    if (view_ == View::last_axis) return dims.empty() ? 0 : dims.size() - 1;
    std::int64_t axis = nodes_[0].attributes.at("axis").integer;
    if (axis < 0) axis += static_cast<std::int64_t>(dims.size());
    return static_cast<std::size_t>(axis);
  }

  static std::int64_t product(Dims::const_iterator first, Dims::const_iterator last) {
    return std::accumulate(first, last, std::int64_t{1}, std::multiplies<>());
  }

  // Of what is computed; the constants of a view of the last axis too.
  Dims seen_dims(const Dims& dims) const {
    if (view_ == View::natural) return dims;
    const auto split = dims.begin() + static_cast<std::ptrdiff_t>(channel_axis(dims));
    return {1, product(split, dims.end()), product(dims.begin(), split), 1};
  }

  static Shape shape_of(const Dims& dims) {
    const auto side = [&dims](std::size_t axis) {
      return dims.size() > axis ? static_cast<int>(dims[axis]) : 1;
    };
    return {side(1), side(2), side(3)};
  }

  std::int64_t samples() const { return values_.at(maps_.front()).dims.front(); }

  // All maps side by side, and a convolution each that takes one of them out again.
  std::optional<std::string> take_inputs() {
    for (const std::string& name : maps_) {
      Value& value = values_[name];
      value.dims = seen_dims(value.tensor.dims);
      if (value.dims.size() < 2 || value.dims.size() > 4) {
        return "reads a map of " + shown_dims(value.dims) +
               "; expected [N, C, H, W], the last three known";
      }
      value.shape = shape_of(value.dims);
      if (value.dims.size() == 3) {
        return "reads a map of " + shown_dims(value.dims) +
               "; expected [N, C, H, W], the last three known";
      }
      if (value.tensor.floats.empty()) return "it reads nothing";
      input_.channels += value.shape.channels;
      input_.height = std::max(input_.height, value.shape.height);
      input_.width = std::max(input_.width, value.shape.width);
    }
    if (maps_.size() == 1) {
      values_[maps_.front()].node = "input";
      return std::nullopt;
    }
    int first_channel = 0;
    for (std::size_t i = 0; i < maps_.size(); ++i) {
      Value& value = values_[maps_[i]];
      const bool is_whole =
          value.shape.height == input_.height && value.shape.width == input_.width;
      if (!is_whole && value.shape.height * value.shape.width != 1) {
        return "it is of maps of different sides";
      }
      if (std::max(input_.height, input_.width) > 64 && !is_whole) return "its maps are too large";
      // One value a channel stands at every place; the whole map is the window that takes it.
      const int window_height = is_whole ? 1 : input_.height;
      const int window_width = is_whole ? 1 : input_.width;
      const std::int64_t window = std::int64_t{window_height} * window_width;
      value.node = "take" + std::to_string(i);
      MappedTensor weight{{value.shape.channels, input_.channels, window_height, window_width}, {}};
      weight.values.resize(
          static_cast<std::size_t>(value.shape.channels * input_.channels * window));
      for (int c = 0; c < value.shape.channels; ++c) {
        weight.values[static_cast<std::size_t>(
            (std::int64_t{c} * input_.channels + first_channel + c) * window)] = 1;
      }
      const auto channels = static_cast<std::size_t>(value.shape.channels);
      tensors_[value.node + ".weight"] = std::move(weight);
      tensors_[value.node + ".bias"] = {{value.shape.channels}, std::vector<float>(channels)};
      graph_.push_back({{"name", value.node}, {"op", "conv2d"}, {"input", "input"}});
      first_channel += value.shape.channels;
    }
    return std::nullopt;
  }

  std::optional<std::string> map(OnnxNode node) {
    if (view_ == View::joined_axis) node.attributes["axis"].integer = 1;
    std::vector<OnnxOperand> operands;
    std::vector<OnnxTensor> seen(node.inputs.size());  // constants as the view has them
    for (std::size_t i = 0; i < node.inputs.size(); ++i) {
      if (node.inputs[i].empty()) {
        operands.push_back({});
        continue;
      }
      Value& value = values_[node.inputs[i]];
      if (!value.is_constant) {
        operands.push_back({value.dims, nullptr});
        continue;
      }
      seen[i] = value.tensor;
      const bool is_seen = view_ == View::last_axis && is_pointwise(node.op) && node.op != "Clip" &&
                           node.op != "Dropout" && !seen[i].dims.empty();
      if (is_seen) seen[i].dims = seen_dims(seen[i].dims);
      operands.push_back({seen[i].dims, &seen[i]});
    }
    const auto mapped =
        map_onnx_node(node, file_.opsets.count("") > 0 ? file_.opsets.at("") : 0, operands);
    if (!mapped) return mapped.error().message;
    const Value& first = values_[node.inputs[mapped->reads.front()]];
    if (mapped->description.empty()) {
      const Value same = first;
      values_[node.outputs.front()] = same;
      return std::nullopt;
    }
    OrderedJson described{{"name", "node" + std::to_string(graph_.size())}};
    described.update(mapped->description);
    std::vector<Shape> shapes;
    std::vector<std::string> names;
    for (const std::size_t index : mapped->reads) {
      names.push_back(values_[node.inputs[index]].node);
      shapes.push_back(values_[node.inputs[index]].shape);
    }
    const std::string name = described["name"];
    const bool reads_several = mapped->description["op"] == "concat" ||
                               reads_two(mapped->description["op"].get<std::string>());
    if (reads_several) {
      described["inputs"] = names;
    } else {
      described["input"] = names.front();
    }
    for (const auto& [kind, tensor] : mapped->tensors) tensors_[name + "." + kind] = tensor;
    graph_.push_back(described);
    const auto shape = shape_after(mapped->description, name, shapes);
    if (!shape) return shape.error().message;
    Value given;
    given.node = name;
    given.shape = *shape;
    given.dims = {samples(), given.shape.channels, given.shape.height, given.shape.width};
    values_[node.outputs.front()] = given;
    return std::nullopt;
  }

  Result<Shape> shape_after(const OrderedJson& description, const std::string& name,
                            const std::vector<Shape>& inputs) {
    std::map<std::string, TensorView> views;
    for (const auto& [tensor, values] : tensors_) {
      views[tensor] = {"F32",
                       values.shape,
                       {reinterpret_cast<const std::uint8_t*>(values.values.data()),
                        values.values.size() * sizeof(float)}};
    }
    const auto json = parse_json(description.dump());
    JsonFields fields(*json, "node " + name);
    Node node;
    node.name = name;
    read_operator(fields.text("op"), fields, inputs, views, node);
    if (const auto error = fields.error_or_unknown_key()) return tl::unexpected(*error);
    return node.output;
  }

  // [samples, height, width, channels]
  std::vector<float> channels_last(const OnnxTensor& tensor, const Shape& shape) const {
    if (view_ != View::natural) return tensor.floats;
    std::vector<float> values;
    const auto area = static_cast<std::size_t>(shape.height) * shape.width;
    const std::size_t sample = area * static_cast<std::size_t>(shape.channels);
    for (std::size_t start = 0; start + sample <= tensor.floats.size(); start += sample) {
      for (std::size_t position = 0; position < area; ++position) {
        for (int c = 0; c < shape.channels; ++c) {
          values.push_back(tensor.floats[start + static_cast<std::size_t>(c) * area + position]);
        }
      }
    }
    return values;
  }

  std::vector<float> joined_input() const {
    std::vector<float> joined;
    const auto area = static_cast<std::size_t>(input_.height) * input_.width;
    std::vector<std::vector<float>> all;
    for (const std::string& name : maps_) {
      all.push_back(channels_last(values_.at(name).tensor, values_.at(name).shape));
    }
    for (std::size_t sample = 0; sample < static_cast<std::size_t>(samples()); ++sample) {
      for (std::size_t position = 0; position < area; ++position) {
        for (std::size_t i = 0; i < maps_.size(); ++i) {
          const Shape& shape = values_.at(maps_[i]).shape;
          const std::size_t own = static_cast<std::size_t>(shape.height) * shape.width;
          const std::size_t place = (sample * own + (own == 1 ? 0 : position)) * shape.channels;
          for (int c = 0; c < shape.channels; ++c) joined.push_back(all[i].at(place + c));
        }
      }
    }
    return joined;
  }

  std::optional<std::string> write_file(const fs::path& set, const fs::path& to) {
    const auto bytes = require_file(set / "output_0.pb");
    const auto output = read_onnx_tensor(view(bytes));
    if (!output) return output.error().message;
    if (output->type != "float32") return "it gives tensors of " + output->type;
    std::vector<NamedTensor> tensors;
    const auto add = [&tensors](const std::string& name, const Dims& shape,
                                const std::vector<float>& values) {
      const auto* first = reinterpret_cast<const std::uint8_t*>(values.data());
      tensors.push_back({name, "F32", shape, {first, first + values.size() * sizeof(float)}});
    };
    add("input", {samples(), input_.height, input_.width, input_.channels}, joined_input());
    const std::vector<float> outputs =
        channels_last(*output, values_.at(file_.outputs.front().name).shape);
    add("output", {static_cast<std::int64_t>(outputs.size())}, outputs);
    for (const auto& [name, tensor] : tensors_) add(name, tensor.shape, tensor.values);
    const auto file = write_safetensors(tensors, {{"graph", graph_.dump()}});
    std::ofstream stream(to, std::ios::binary);
    stream.write(reinterpret_cast<const char*>(file.data()),
                 static_cast<std::streamsize>(file.size()));
    if (!stream.flush()) throw std::runtime_error(to.string() + " cannot be written");
    return std::nullopt;
  }

  OnnxFile file_;
  std::vector<OnnxNode> nodes_;  // without those that hold a constant
  View view_ = View::natural;
  std::map<std::string, Value> values_;
  std::vector<std::string> maps_;  // the inputs that are computed with
  Shape input_;
  OrderedJson graph_ = OrderedJson::array();
  std::map<std::string, MappedTensor> tensors_;
};

bool is_claimed(const OnnxFile& file) {
  const std::vector<std::string> known = known_onnx_operators();
  return std::all_of(file.nodes.begin(), file.nodes.end(), [&known](const OnnxNode& node) {
    return node.domain.empty() &&
           (node.op == "Constant" || std::count(known.begin(), known.end(), node.op) > 0);
  });
}

struct Outcome {
  std::size_t seen = 0;                                   // folders
  std::size_t written = 0;                                // cases
  std::map<std::string, std::set<std::string>> left_out;  // by reason
};

Outcome write_all(const fs::path& data, const fs::path& folder) {
  Outcome outcome;
  for (const char* part : kFolders) {
    for (const auto& entry : fs::directory_iterator(data / part)) {
      const fs::path model = entry.path() / "model.onnx";
      if (!fs::exists(model)) continue;
      ++outcome.seen;
      const auto bytes = require_file(model);
      auto file = read_onnx(view(bytes));
      // Sequences, sparse constants and the like are of no operator that is known here.
      if (!file || !is_claimed(*file)) continue;
      const std::string name = std::string(part) + "/" + entry.path().filename().string();
      // For tests/fuzz, to be damaged.
      fs::copy_file(model, folder / "models" / (entry.path().filename().string() + ".onnx"),
                    fs::copy_options::overwrite_existing);
      const auto error = CaseWriter(std::move(*file))
                             .write(entry.path() / "test_data_set_0",
                                    folder / (std::string(part) + "." +
                                              entry.path().filename().string() + ".safetensors"));
      if (error) {
        outcome.left_out[reason_of(*error)].insert(name);
      } else {
        ++outcome.written;
      }
    }
  }
  return outcome;
}

// What differs from the list, a line each. Data of another version have other cases.
std::vector<std::string> differences(const Outcome& outcome, const OrderedJson& list) {
  std::vector<std::string> lines;
  const bool is_of_this_data = list.at("of") == outcome.seen;
  std::map<std::string, std::string> listed;
  for (const auto& [reason, names] : list.at("left_out").items()) {
    for (const auto& name : names) listed[name] = reason;
  }
  for (const auto& [reason, names] : outcome.left_out) {
    const bool is_known = list.at("left_out").contains(reason);
    for (const std::string& name : names) {
      const auto found = listed.find(name);
      const bool is_listed = found != listed.end() && found->second == reason;
      if (!is_listed && (is_of_this_data || !is_known || found != listed.end())) {
        lines.push_back(name + " is left out for: " + reason);
      }
      listed.erase(name);
    }
  }
  if (is_of_this_data) {
    for (const auto& [name, reason] : listed) lines.push_back(name + " is not left out");
  }
  return lines;
}

}  // namespace

int main(int argc, char** argv) try {
  if (argc != 4 && !(argc == 5 && std::strcmp(argv[4], "--list") == 0)) {
    std::fprintf(stderr, "usage: write_onnx_cases DATA FOLDER LEFT_OUT [--list]\n");
    return 2;
  }
  fs::remove_all(argv[2]);
  fs::create_directories(fs::path(argv[2]) / "models");
  const Outcome outcome = write_all(argv[1], argv[2]);
  if (argc == 5) {
    std::puts(OrderedJson{{"of", outcome.seen}, {"left_out", outcome.left_out}}.dump(1).c_str());
    return 0;
  }
  std::ifstream stream(argv[3]);
  const std::vector<std::string> wrong = differences(outcome, OrderedJson::parse(stream));
  std::printf("%zu cases of operators that are claimed run", outcome.written);
  for (const auto& [reason, names] : outcome.left_out) {
    std::printf("\n%4zu left out: %s", names.size(), reason.c_str());
  }
  std::printf("\n");
  for (const std::string& line : wrong) std::printf("%s\n", line.c_str());
  return wrong.empty() ? 0 : 1;
} catch (const std::exception& error) {
  std::fprintf(stderr, "write_onnx_cases: %s\n", error.what());
  return 1;
}
