#include "core/model/graph.h"

#include <algorithm>
#include <utility>

#include "core/model/json_fields.h"
#include "core/model/operators.h"

namespace thoraxlite {
namespace {

std::string in_quotes(const std::string& text) {
  return '"' + text + '"';
}

class GraphReader {
 public:
  GraphReader(const Shape& input, std::map<std::string, TensorView>& tensors,
              const std::string& prefix)
      : input_shape_(input), tensors_(tensors), prefix_(prefix), indices_{{prefix + "input", -1}} {}

  Result<std::vector<Node>> read(const Json& graph) {
    if (graph.values.empty()) return fail("the graph has no nodes");
    if (graph.values.size() > kMaxNodes) return fail("the graph has too many nodes");
    for (const Json& description : graph.values) {
      Result<Node> node = read_node(description);
      if (!node) return tl::unexpected(node.error());
      // In this order: no sum overflows while each part is within its limit.
      if (values_of(node->output) > kMaxNodeValues ||
          (total_values_ += values_of(node->output)) > kMaxNetworkValues ||
          (total_positions_ += window_positions_of(*node)) > kMaxWindowPositions ||
          (total_work_ += work_of(*node)) > kMaxMultiplyAdds) {
        return fail("node " + in_quotes(node->name) + " makes the network too large to run");
      }
      indices_[node->name] = static_cast<int>(nodes_.size());
      nodes_.push_back(std::move(*node));
    }

    std::vector<bool> is_read(nodes_.size());
    for (const Node& node : nodes_) {
      for (const int input : node.inputs) {
        if (input >= 0) is_read[static_cast<std::size_t>(input)] = true;
      }
    }
    is_read.back() = true;  // as the logits
    const auto unread = std::find(is_read.begin(), is_read.end(), false);
    if (unread != is_read.end()) {
      const auto index = static_cast<std::size_t>(unread - is_read.begin());
      return fail("nothing reads the output of node " + in_quotes(nodes_[index].name));
    }
    return std::move(nodes_);
  }

 private:
  Result<Node> read_node(const Json& description) {
    JsonFields fields(description, name_for_messages(description));
    Node node;
    node.name = prefix_ + fields.text("name");
    const std::string op = fields.text("op");
    if (op == "concat") {
      node.inputs = find_inputs(fields, kMaxInputs);
    } else if (reads_two(op)) {
      node.inputs = find_inputs(fields, 2);
    } else {
      node.inputs = {find_input(fields)};
    }
    if (indices_.count(node.name) > 0) fields.refuse("has a name that is taken");
    if (fields.error()) return tl::unexpected(*fields.error());

    std::vector<Shape> shapes;
    for (const int input : node.inputs) {
      shapes.push_back(input < 0 ? input_shape_ : nodes_[static_cast<std::size_t>(input)].output);
    }
    read_operator(op, fields, shapes, tensors_, node);
    if (const auto error = fields.error_or_unknown_key()) return tl::unexpected(*error);
    return node;
  }

  std::string name_for_messages(const Json& description) const {
    const Json* name = description.find("name");
    if (name != nullptr && is_short_text(*name)) return "node " + in_quotes(prefix_ + name->text);
    return "node " + std::to_string(nodes_.size() + 1) + " of the graph";
  }

  // The previous node's index unless the card names another.
  int find_input(JsonFields& fields) {
    if (!fields.has("input")) return static_cast<int>(nodes_.size()) - 1;
    return index_of(fields.text("input"), fields);
  }

  std::vector<int> find_inputs(JsonFields& fields, std::size_t most) {
    const std::vector<Json>& names = fields.array("inputs").values;
    if (names.size() < 2 || names.size() > most) {
      fields.refuse("has " + std::to_string(names.size()) + " inputs; expected 2" +
                    (most == 2 ? "" : " to " + std::to_string(most)));
    }
    std::vector<int> inputs;
    for (const Json& name : names) {
      if (!is_short_text(name)) fields.refuse("has an input that is not the name of a node");
      if (fields.error()) break;
      inputs.push_back(index_of(name.text, fields));
      if (std::count(inputs.begin(), inputs.end(), inputs.back()) > 1) {
        fields.refuse("reads from " + in_quotes(name.text) + " twice");
      }
    }
    return inputs;
  }

  int index_of(const std::string& name, JsonFields& fields) const {
    const auto found = indices_.find(prefix_ + name);
    if (found != indices_.end()) return found->second;
    fields.refuse("reads from " + in_quotes(name) + ", which is no earlier node");
    return -1;
  }

  const Shape input_shape_;
  std::map<std::string, TensorView>& tensors_;
  const std::string& prefix_;
  std::vector<Node> nodes_;
  std::map<std::string, int> indices_;  // by name, of what a node may read
  std::int64_t total_values_ = 0;
  std::int64_t total_positions_ = 0;
  std::int64_t total_work_ = 0;
};

}  // namespace

Result<std::vector<Node>> read_graph(const Json& graph, const Shape& input,
                                     std::map<std::string, TensorView>& tensors,
                                     const std::string& prefix) {
  return GraphReader(input, tensors, prefix).read(graph);
}

}  // namespace thoraxlite
