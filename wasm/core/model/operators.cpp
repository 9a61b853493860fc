#include "core/model/operators.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <optional>
#include <utility>

#include "core/model/graph.h"

namespace thoraxlite {
namespace {

constexpr int kMaxKernel = 64;
constexpr int kMaxFactor = 8;
constexpr double kMaxNumber = 1e30;  // of a clip's bounds, far within float32

// The modules of the simd engine alone leave out what only networks from elsewhere have.
#ifdef THORAXLITE_SIMD_OPERATORS
constexpr bool kReadsAll = false;
#else
constexpr bool kReadsAll = true;
#endif

std::string in_quotes(const std::string& text) {
  return '"' + text + '"';
}

std::string shown(const Extent& extent) {
  return std::to_string(extent.height) + " x " + std::to_string(extent.width);
}

std::string shown(const Shape& shape) {
  return std::to_string(shape.channels) + " x " + std::to_string(shape.height) + " x " +
         std::to_string(shape.width);
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
    node_.stride = read_extent("stride", 1);
    read_padding();
    if constexpr (kReadsAll) {
      node_.groups = fields_.integer_or("groups", 1, input_.channels, 1);
      if (input_.channels % node_.groups != 0) {
        fields_.refuse("has " + std::to_string(node_.groups) + " groups of " +
                       std::to_string(input_.channels) + " channels; expected as many in each");
      }
    }
    node_.relu = fields_.boolean_or("relu", false);

    const auto shape = take_weight_and_bias(4);
    if (fields_.error()) return;
    if (shape[0] % node_.groups != 0) {
      fields_.refuse("has a weight of shape " + shown(shape) + " and " +
                     std::to_string(node_.groups) + " groups; expected as many outputs of each");
    }
    if (std::min(shape[2], shape[3]) < 1 || std::max(shape[2], shape[3]) > kMaxKernel) {
      fields_.refuse("has a weight of shape " + shown(shape) + "; expected a kernel of 1 to " +
                     std::to_string(kMaxKernel) + " a side");
      return;
    }
    node_.kernel = {static_cast<int>(shape[2]), static_cast<int>(shape[3])};
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
    read_pool();
  }

  void read_average_pool2d() {
    node_.op = Op::average_pool2d;
    if constexpr (kReadsAll) node_.count_padding = fields_.boolean_or("count_padding", false);
    read_pool();
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

  void read_two(Op op) {
    node_.op = op;
    if (op == Op::add) node_.relu = fields_.boolean_or("relu", false);
    const Shape& second = inputs_.back();
    const bool is_of_channels = second.height == 1 && second.width == 1;
    const bool is_same = second.height == input_.height && second.width == input_.width;
    if (second.channels != input_.channels || !(is_same || is_of_channels)) {
      fields_.refuse("reads " + shown(input_) + " and " + shown(second) +
                     " values; expected the same of both, or of the second one a channel");
    }
    node_.output = input_;
  }

  // What makes of each value another.
  void read_unary(Op op) {
    node_.op = op;
    if (op == Op::hard_sigmoid) {
      node_.alpha = read_number("alpha", 1 / 6.0);
      node_.beta = read_number("beta", 0.5);
    }
    if (op == Op::leaky_relu) {
      node_.slope = static_cast<float>(fields_.number("slope", -kMaxNumber, kMaxNumber));
    }
    if (op == Op::clip) {
      node_.low = read_number("low", node_.low);
      node_.high = read_number("high", node_.high);
      if (!fields_.has("low") && !fields_.has("high")) {
        fields_.refuse("has neither \"low\" nor \"high\"");
      }
      if (!(node_.low < node_.high)) fields_.refuse("has a \"low\" that is not below its \"high\"");
    }
    node_.output = input_;
  }

 private:
  float read_number(const char* key, double fallback) {
    return static_cast<float>(fields_.number_or(key, -kMaxNumber, kMaxNumber, fallback));
  }

  Extent read_extent(const char* key, std::optional<int> fallback = std::nullopt) {
    if (fallback && !fields_.has(key)) return {*fallback, *fallback};
    if constexpr (!kReadsAll) {
      const int both = fields_.integer(key, 1, kMaxKernel);
      return {both, both};
    }
    const std::vector<int> sides = fields_.integers(key, 2, 1, kMaxKernel);
    return {sides[0], sides[1]};
  }

  void read_padding() {
    if (!fields_.has("padding")) return;
    if constexpr (!kReadsAll) {
      const int all = fields_.integer("padding", 0, kMaxKernel);
      node_.padding = {all, all, all, all};
      return;
    }
    const std::vector<int> sides = fields_.integers("padding", 4, 0, kMaxKernel);
    node_.padding = {sides[0], sides[1], sides[2], sides[3]};
  }

  void read_pool() {
    node_.kernel = read_extent("kernel");
    node_.stride = read_extent("stride");
    read_padding();
    if (node_.kernel.height * node_.kernel.width < 2) {
      fields_.refuse("has a window of one position; expected a larger one");
    }
    if (node_.stride.height > node_.kernel.height || node_.stride.width > node_.kernel.width) {
      fields_.refuse("has a window of " + shown(node_.kernel) + " and a stride of " +
                     shown(node_.stride) + "; expected a stride that passes nothing over");
    }
    if constexpr (kReadsAll) {
      slide_window(input_.channels, fields_.boolean_or("ceil", false));
    } else {
      slide_window(input_.channels);
    }
  }

  // How often the window fits along each side. A rest is left over, or with takes_rest is a window
  // more, which reaches beyond the padding, unless nothing of what is read lies in it.
  void slide_window(int channels, bool takes_rest = false) {
    const Margins& padding = node_.padding;
    // So every window holds something.
    if (std::max(padding.top, padding.bottom) >= node_.kernel.height ||
        std::max(padding.left, padding.right) >= node_.kernel.width) {
      fields_.refuse("has a window of " + shown(node_.kernel) + " and a padding of " +
                     shown(std::vector<std::int64_t>{padding.top, padding.left, padding.bottom,
                                                     padding.right}) +
                     "; expected one that is smaller");
      return;
    }
    const auto slide = [takes_rest](int length, int before, int after, int kernel, int stride) {
      const int rest = length + before + after - kernel;
      if (rest < 0) return 0;
      const int windows = rest / stride + 1;
      return takes_rest && rest % stride != 0 && windows * stride < length + before ? windows + 1
                                                                                    : windows;
    };
    node_.output = {
        channels,
        slide(input_.height, padding.top, padding.bottom, node_.kernel.height, node_.stride.height),
        slide(input_.width, padding.left, padding.right, node_.kernel.width, node_.stride.width)};
    if (node_.output.height == 0 || node_.output.width == 0) {
      fields_.refuse("has a window that is larger than what it reads");
    }
  }

  // Moves the node's weight and bias out of the tensors and returns the weight's shape: [channels]
  // for rank 1, else [out, channels, ...]; channels are those of the input, or of a group of them.
  std::vector<std::int64_t> take_weight_and_bias(std::size_t rank) {
    const auto weight_shape = take_tensor(node_.name + ".weight", node_.weight);
    const auto bias_shape = take_tensor(node_.name + ".bias", node_.bias);
    if (fields_.error()) return {};
    const std::size_t channels_at = rank == 1 ? 0 : 1;
    const int wanted = input_.channels / node_.groups;
    if (weight_shape.size() != rank || weight_shape[0] < 1 || weight_shape[channels_at] != wanted) {
      const std::string channels = std::to_string(wanted);
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
  const Shape& input_;  // the first, and mostly the only one
  std::map<std::string, TensorView>& tensors_;
  Node& node_;
};

std::optional<Op> further_operator(const std::string& op) {
  if (op == "add") return Op::add;
  if (op == "mul") return Op::mul;
  if (op == "sigmoid") return Op::sigmoid;
  if (op == "silu") return Op::silu;
  if (op == "hard_swish") return Op::hard_swish;
  if (op == "hard_sigmoid") return Op::hard_sigmoid;
  if (op == "leaky_relu") return Op::leaky_relu;
  if (op == "clip") return Op::clip;
  return std::nullopt;
}

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
  } else if (const auto other = kReadsAll ? further_operator(op) : std::nullopt) {
    reads_two(op) ? reader.read_two(*other) : reader.read_unary(*other);
  } else {
    fields.refuse("has the operator " + in_quotes(op) +
                  "; expected conv2d, scale_shift, max_pool2d, average_pool2d, "
                  "global_average_pool, concat, upsample2d" +
                  (kReadsAll ? ", linear, add, mul, sigmoid, silu, hard_swish, hard_sigmoid, "
                               "leaky_relu or clip"
                             : " or linear"));
  }
}

bool reads_two(const std::string& op) {
  return kReadsAll && (op == "add" || op == "mul");
}

std::int64_t values_of(const Shape& shape) {
  return std::int64_t{shape.channels} * shape.height * shape.width;
}

std::int64_t window_positions_of(const Node& node) {
  return std::int64_t{node.output.height} * node.output.width * node.kernel.height *
         node.kernel.width;
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
    default:
      break;
  }
  return values_of(node.output);
}

}  // namespace thoraxlite
