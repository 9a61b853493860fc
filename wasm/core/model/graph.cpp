#include "core/model/graph.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <nlohmann/json.hpp>
#include <utility>

#include "core/model/json_fields.h"

namespace thoraxlite {
namespace {

using nlohmann::json;

constexpr int kMaxKernel = 64;
constexpr const char* kNetworkInput = "input";

std::string in_quotes(const std::string& text) {
  return '"' + text + '"';
}

std::string shown(const std::vector<std::int64_t>& shape) {
  std::string text = "[";
  for (std::size_t i = 0; i < shape.size(); ++i) {
    if (i > 0) text += ", ";
    text += std::to_string(shape[i]);
  }
  return text + "]";
}

std::int64_t values_of(const Shape& shape) {
  return std::int64_t{shape.channels} * shape.height * shape.width;
}

class GraphReader {
 public:
  GraphReader(int input_size, std::map<std::string, TensorView>& tensors)
      : input_shape_{1, input_size, input_size}, tensors_(tensors) {}

  Result<std::vector<Node>> read(const json& graph) {
    if (graph.empty()) return fail("the graph has no nodes");
    if (graph.size() > kMaxNodes) return fail("the graph has too many nodes");
    for (const json& description : graph) {
      Result<Node> node = read_node(description);
      if (!node) return tl::unexpected(node.error());
      if (values_of(node->output) > kMaxNodeValues ||
          (total_values_ += values_of(node->output)) > kMaxNetworkValues ||
          multiply_adds_ > kMaxMultiplyAdds) {
        return fail("node " + in_quotes(node->name) + " makes the network too large to run");
      }
      nodes_.push_back(std::move(*node));
    }
    for (std::size_t i = 0; i + 1 < nodes_.size(); ++i) {
      const bool is_read = std::any_of(nodes_.begin(), nodes_.end(), [i](const Node& node) {
        return node.input == static_cast<int>(i);
      });
      if (!is_read) return fail("nothing reads the output of node " + in_quotes(nodes_[i].name));
    }
    return std::move(nodes_);
  }

 private:
  Result<Node> read_node(const json& description) {
    JsonFields fields(description, name_for_messages(description));
    Node node;
    node.name = fields.text("name");
    const std::string op = fields.text("op");
    node.input = find_input(fields);
    if (node.name == kNetworkInput || index_of(node.name) >= 0) {
      fields.refuse("has a name that is taken");
    }
    if (fields.error()) return tl::unexpected(*fields.error());

    const Shape& input =
        node.input < 0 ? input_shape_ : nodes_[static_cast<std::size_t>(node.input)].output;
    if (op == "conv2d") {
      read_conv2d(fields, input, node);
    } else if (op == "max_pool2d") {
      read_max_pool2d(fields, input, node);
    } else if (op == "global_average_pool") {
      node.op = Op::global_average_pool;
      node.output = {input.channels, 1, 1};
    } else if (op == "linear") {
      read_linear(fields, input, node);
    } else {
      fields.refuse("has the operator " + in_quotes(op) +
                    "; expected conv2d, max_pool2d, global_average_pool or linear");
    }
    if (const auto error = fields.error_or_unknown_key()) return tl::unexpected(*error);
    return node;
  }

  std::string name_for_messages(const json& description) const {
    if (description.is_object() && description.contains("name") &&
        is_short_text(*description.find("name"))) {
      return "node " + in_quotes(description.find("name")->get<std::string>());
    }
    return "node " + std::to_string(nodes_.size() + 1) + " of the graph";
  }

  // The previous node's index unless the card names another.
  int find_input(JsonFields& fields) {
    if (!fields.has("input")) return static_cast<int>(nodes_.size()) - 1;
    const std::string name = fields.text("input");
    const int index = index_of(name);
    if (index < 0 && name != kNetworkInput) {
      fields.refuse("reads from " + in_quotes(name) + ", which is no earlier node");
    }
    return index;
  }

  int index_of(const std::string& name) const {
    const auto found = std::find_if(nodes_.begin(), nodes_.end(),
                                    [&name](const Node& node) { return node.name == name; });
    return found == nodes_.end() ? -1 : static_cast<int>(found - nodes_.begin());
  }

  void read_conv2d(JsonFields& fields, const Shape& input, Node& node) {
    node.op = Op::conv2d;
    node.stride = fields.integer_or("stride", 1, kMaxKernel, 1);
    node.padding = fields.integer_or("padding", 0, kMaxKernel, 0);
    node.relu = fields.boolean_or("relu", false);

    const auto shape = take_parameters(fields, 4, input.channels, node);
    if (fields.error()) return;
    const std::int64_t kernel = shape[2];
    if (kernel != shape[3] || kernel < 1 || kernel > kMaxKernel || node.padding >= kernel) {
      fields.refuse("has a weight of shape " + shown(shape) + " and a padding of " +
                    std::to_string(node.padding) +
                    "; expected a square kernel larger than the padding");
      return;
    }
    node.kernel = static_cast<int>(kernel);
    node.output = {static_cast<int>(shape[0]), slide(input.height, node, fields),
                   slide(input.width, node, fields)};
    multiply_adds_ += std::int64_t{node.output.height} * node.output.width *
                      static_cast<std::int64_t>(node.weight.size());
  }

  void read_max_pool2d(JsonFields& fields, const Shape& input, Node& node) {
    node.op = Op::max_pool2d;
    node.kernel = fields.integer("kernel", 2, kMaxKernel);
    node.stride = fields.integer("stride", 1, node.kernel);
    node.output = {input.channels, slide(input.height, node, fields),
                   slide(input.width, node, fields)};
  }

  void read_linear(JsonFields& fields, const Shape& input, Node& node) {
    node.op = Op::linear;
    node.relu = fields.boolean_or("relu", false);
    // Flattening a map would need an agreement on its order; pooling it first needs none.
    if (input.height != 1 || input.width != 1) {
      fields.refuse("is linear but reads a map; expected a pooled vector");
      return;
    }
    const auto shape = take_parameters(fields, 2, input.channels, node);
    if (fields.error()) return;
    node.output = {static_cast<int>(shape[0]), 1, 1};
    multiply_adds_ += static_cast<std::int64_t>(node.weight.size());
  }

  // How often a window fits along one side; a rest is left over, as LibTorch does.
  static int slide(int length, const Node& node, JsonFields& fields) {
    const int padded = length + 2 * node.padding;
    if (padded < node.kernel) {
      fields.refuse("has a window that is larger than what it reads");
      return 0;
    }
    return (padded - node.kernel) / node.stride + 1;
  }

  // Moves the node's weight and bias out of the tensors and returns the weight's shape.
  std::vector<std::int64_t> take_parameters(JsonFields& fields, std::size_t rank,
                                            int input_channels, Node& node) {
    const auto weight_shape = take_tensor(fields, node.name + ".weight", node.weight);
    const auto bias_shape = take_tensor(fields, node.name + ".bias", node.bias);
    if (fields.error()) return {};
    if (weight_shape.size() != rank || weight_shape[0] < 1 || weight_shape[1] != input_channels) {
      fields.refuse("has a weight of shape " + shown(weight_shape) + "; expected " +
                    std::to_string(rank) + " dimensions, the second being " +
                    std::to_string(input_channels));
    } else if (bias_shape != std::vector<std::int64_t>{weight_shape[0]}) {
      fields.refuse("has a bias of shape " + shown(bias_shape) + "; expected [" +
                    std::to_string(weight_shape[0]) + "]");
    }
    return weight_shape;
  }

  std::vector<std::int64_t> take_tensor(JsonFields& fields, const std::string& name,
                                        std::vector<float>& values) {
    const auto tensor = tensors_.extract(name);
    if (tensor.empty()) {
      fields.refuse("lacks the tensor " + in_quotes(name));
      return {};
    }
    Result<std::vector<float>> floats = to_float32(tensor.mapped());
    if (!floats) {
      fields.refuse("cannot use the tensor " + in_quotes(name) + ", since " +
                    floats.error().message);
      return {};
    }
    if (!std::all_of(floats->begin(), floats->end(), [](float x) { return std::isfinite(x); })) {
      fields.refuse("has the tensor " + in_quotes(name) +
                    ", which holds a number that is not finite");
      return {};
    }
    // An empty dimension hides any length in the others.
    if (floats->empty() || floats->size() > std::numeric_limits<int>::max()) {
      fields.refuse("has the tensor " + in_quotes(name) + ", which is empty or too large");
      return {};
    }
    values = std::move(*floats);
    return tensor.mapped().shape;
  }

  const Shape input_shape_;
  std::map<std::string, TensorView>& tensors_;
  std::vector<Node> nodes_;
  std::int64_t total_values_ = 0;
  std::int64_t multiply_adds_ = 0;
};

}  // namespace

Result<std::vector<Node>> read_graph(const json& graph, int input_size,
                                     std::map<std::string, TensorView>& tensors) {
  return GraphReader(input_size, tensors).read(graph);
}

}  // namespace thoraxlite
