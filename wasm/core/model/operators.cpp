#include "core/model/operators.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <utility>

#include "core/model/graph.h"

namespace thoraxlite {
namespace {

constexpr int kMaxKernel = 64;
constexpr int kMaxFactor = 8;

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

// One node's description and tensors on their way into the node. Each read_ function sets op and
// output, and what its operator needs.
class OperatorReader {
 public:
  OperatorReader(JsonFields& fields, const std::vector<Shape>& inputs,
                 std::map<std::string, TensorView>& tensors, Node& node)
      : fields_(fields), inputs_(inputs), input_(inputs.front()), tensors_(tensors), node_(node) {}

  void read_conv2d() {
    node_.op = Op::conv2d;
    node_.stride = fields_.integer_or("stride", 1, kMaxKernel, 1);
    node_.padding = fields_.integer_or("padding", 0, kMaxKernel, 0);
    node_.relu = fields_.boolean_or("relu", false);

    const auto shape = take_weight_and_bias(4);
    if (fields_.error()) return;
    const std::int64_t kernel = shape[2];
    if (kernel != shape[3] || kernel < 1 || kernel > kMaxKernel || node_.padding >= kernel) {
      fields_.refuse("has a weight of shape " + shown(shape) + " and a padding of " +
                     std::to_string(node_.padding) +
                     "; expected a square kernel larger than the padding");
      return;
    }
    node_.kernel = static_cast<int>(kernel);
    slide_window(static_cast<int>(shape[0]));
  }

  void read_scale_shift() {
    node_.op = Op::scale_shift;
    node_.relu = fields_.boolean_or("relu", false);
    take_weight_and_bias(1);
    node_.output = input_;
  }

  void read_max_pool2d() {
    node_.op = Op::max_pool2d;
    read_window();
    // Half the kernel, as LibTorch has it: every window then holds something to choose from.
    node_.padding = fields_.integer_or("padding", 0, node_.kernel / 2, 0);
    slide_window(input_.channels);
  }

  void read_average_pool2d() {
    node_.op = Op::average_pool2d;
    read_window();
    slide_window(input_.channels);
  }

  void read_global_average_pool() {
    node_.op = Op::global_average_pool;
    node_.output = {input_.channels, 1, 1};
  }

  void read_concat() {
    node_.op = Op::concat;
    std::int64_t channels = 0;
    for (const Shape& input : inputs_) {
      if (input.height != input_.height || input.width != input_.width) {
        fields_.refuse("reads maps of " + std::to_string(input_.height) + " x " +
                       std::to_string(input_.width) + " and of " + std::to_string(input.height) +
                       " x " + std::to_string(input.width) + "; expected one height and width");
        return;
      }
      channels += input.channels;
    }
    node_.output = {static_cast<int>(std::min(channels, kMaxNodeValues + 1)), input_.height,
                    input_.width};
  }

  void read_upsample2d() {
    node_.op = Op::upsample2d;
    node_.factor = fields_.integer("factor", 2, kMaxFactor);
    node_.output = {input_.channels, input_.height * node_.factor, input_.width * node_.factor};
  }

  void read_linear() {
    node_.op = Op::linear;
    node_.relu = fields_.boolean_or("relu", false);
    // Flattening a map would need an agreement on its order; pooling it first needs none.
    if (input_.height != 1 || input_.width != 1) {
      fields_.refuse("is linear but reads a map; expected a pooled vector");
      return;
    }
    const auto shape = take_weight_and_bias(2);
    if (fields_.error()) return;
    node_.output = {static_cast<int>(shape[0]), 1, 1};
  }

 private:
  void read_window() {
    node_.kernel = fields_.integer("kernel", 2, kMaxKernel);
    node_.stride = fields_.integer("stride", 1, node_.kernel);
  }

  // How often the window fits along each side; a rest is left over, as LibTorch does.
  void slide_window(int channels) {
    const auto slide = [this](int length) {
      return (length + 2 * node_.padding - node_.kernel) / node_.stride + 1;
    };
    if (std::min(input_.height, input_.width) + 2 * node_.padding < node_.kernel) {
      fields_.refuse("has a window that is larger than what it reads");
      return;
    }
    node_.output = {channels, slide(input_.height), slide(input_.width)};
  }

  // Moves the node's weight and bias out of the tensors and returns the weight's shape: [channels]
  // for rank 1, else [out, channels, ...]; channels are those of the input.
  std::vector<std::int64_t> take_weight_and_bias(std::size_t rank) {
    const auto weight_shape = take_tensor(node_.name + ".weight", node_.weight);
    const auto bias_shape = take_tensor(node_.name + ".bias", node_.bias);
    if (fields_.error()) return {};
    const std::size_t channels_at = rank == 1 ? 0 : 1;
    if (weight_shape.size() != rank || weight_shape[0] < 1 ||
        weight_shape[channels_at] != input_.channels) {
      const std::string channels = std::to_string(input_.channels);
      fields_.refuse("has a weight of shape " + shown(weight_shape) + "; expected " +
                     (rank == 1
                          ? "[" + channels + "]"
                          : std::to_string(rank) + " dimensions, the second being " + channels));
    } else if (bias_shape != std::vector<std::int64_t>{weight_shape[0]}) {
      fields_.refuse("has a bias of shape " + shown(bias_shape) + "; expected [" +
                     std::to_string(weight_shape[0]) + "]");
    }
    return weight_shape;
  }

  std::vector<std::int64_t> take_tensor(const std::string& name, std::vector<float>& values) {
    const auto tensor = tensors_.extract(name);
    if (tensor.empty()) {
      fields_.refuse("lacks the tensor " + in_quotes(name));
      return {};
    }
    Result<std::vector<float>> floats = to_float32(tensor.mapped());
    if (!floats) {
      fields_.refuse("cannot use the tensor " + in_quotes(name) + ", since " +
                     floats.error().message);
      return {};
    }
    if (!std::all_of(floats->begin(), floats->end(), [](float x) { return std::isfinite(x); })) {
      fields_.refuse("has the tensor " + in_quotes(name) +
                     ", which holds a number that is not finite");
      return {};
    }
    // An empty dimension hides any length in the others.
    if (floats->empty() || floats->size() > std::numeric_limits<int>::max()) {
      fields_.refuse("has the tensor " + in_quotes(name) + ", which is empty or too large");
      return {};
    }
    values = std::move(*floats);
    return tensor.mapped().shape;
  }

  JsonFields& fields_;
  const std::vector<Shape>& inputs_;
  const Shape& input_;  // the first, and for all but concat the only one
  std::map<std::string, TensorView>& tensors_;
  Node& node_;
};

}  // namespace

void read_operator(const std::string& op, JsonFields& fields, const std::vector<Shape>& inputs,
                   std::map<std::string, TensorView>& tensors, Node& node) {
  OperatorReader reader(fields, inputs, tensors, node);
  if (op == "conv2d") {
    reader.read_conv2d();
  } else if (op == "scale_shift") {
    reader.read_scale_shift();
  } else if (op == "max_pool2d") {
    reader.read_max_pool2d();
  } else if (op == "average_pool2d") {
    reader.read_average_pool2d();
  } else if (op == "global_average_pool") {
    reader.read_global_average_pool();
  } else if (op == "concat") {
    reader.read_concat();
  } else if (op == "upsample2d") {
    reader.read_upsample2d();
  } else if (op == "linear") {
    reader.read_linear();
  } else {
    fields.refuse("has the operator " + in_quotes(op) +
                  "; expected conv2d, scale_shift, max_pool2d, average_pool2d, "
                  "global_average_pool, concat, upsample2d or linear");
  }
}

std::int64_t values_of(const Shape& shape) {
  return std::int64_t{shape.channels} * shape.height * shape.width;
}

std::int64_t window_positions_of(const Node& node) {
  return std::int64_t{node.output.height} * node.output.width * node.kernel * node.kernel;
}

std::int64_t work_of(const Node& node) {
  switch (node.op) {
    case Op::conv2d:
      return std::int64_t{node.output.height} * node.output.width *
             static_cast<std::int64_t>(node.weight.size());
    case Op::max_pool2d:
    case Op::average_pool2d:
      return node.output.channels * window_positions_of(node);
    case Op::linear:
      return static_cast<std::int64_t>(node.weight.size());
    case Op::scale_shift:
    case Op::global_average_pool:
    case Op::concat:
    case Op::upsample2d:
      break;
  }
  return values_of(node.output);
}

}  // namespace thoraxlite
