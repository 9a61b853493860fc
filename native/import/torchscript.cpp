#include "import/torchscript.h"

#include <torch/script.h>
#include <torch/torch.h>

#include <algorithm>
#include <functional>
#include <map>
#include <stdexcept>

#include "core/model/graph.h"

namespace thoraxlite {
namespace {

using CardJson = nlohmann::ordered_json;
using Dims = std::vector<std::int64_t>;

// What the graph's values are here: a constant, or what a layer gives, in any dims with one order.
struct Value {
  torch::IValue constant;
  std::string layer;  // empty: a constant, or a list
  Dims dims;
  std::vector<Value> list;
  std::optional<Activation> activation;  // a softmax, which no layer stands for
};

ImportedWindow window_of(const Dims& kernel, const Dims& stride, const Dims& padding) {
  const auto two = [](const Dims& sides, std::size_t at) {
    return sides.empty() ? 1 : sides.size() == 1 ? sides[0] : sides.at(at);
  };
  ImportedWindow window;
  for (const std::size_t i : {0, 1}) {
    window.kernel[i] = two(kernel, i);
    window.stride[i] = stride.empty() ? window.kernel[i] : two(stride, i);
    window.padding[i] = window.padding[i + 2] = padding.empty() ? 0 : two(padding, i);
  }
  return window;
}

class Reader {
 public:
  Reader(int channels, int size) : layers_(channels, size) {
    input_.layer = kNetworkInput;
    input_.dims = {1, channels, size, size};
  }

  void read(const torch::jit::Graph& graph, SourceFile& source) {
    const auto& inputs = graph.inputs();
    if (inputs.size() != 2 || graph.outputs().size() != 1) {
      throw std::runtime_error("its forward takes other things than one batch of images");
    }
    values_[inputs[1]] = input_;
    for (const torch::jit::Node* node : graph.nodes()) read_node(*node);
    const Value last = value(*graph.return_node(), 0);
    if (last.layer.empty()) throw std::runtime_error("its forward does not give logits alone");
    source.activation = last.activation;
    source.layers = layers_.finish(last.layer, &source.activation);
  }

 private:
  [[noreturn]] static void refuse(const torch::jit::Node& node, const std::string& what) {
    throw std::runtime_error("the operator " + std::string(node.kind().toQualString()) + " " +
                             what);
  }

  const Value& value(const torch::jit::Node& node, std::size_t at) const {
    const auto found = at < node.inputs().size() ? values_.find(node.inputs()[at]) : values_.end();
    if (found == values_.end()) refuse(node, "reads what nothing before it gives");
    return found->second;
  }

  const torch::IValue& constant(const torch::jit::Node& node, std::size_t at) const {
    const Value& given = value(node, at);
    if (!given.layer.empty() || !given.list.empty()) {
      refuse(node, "takes a setting that is not known before it runs");
    }
    return given.constant;
  }

  Dims integers(const torch::jit::Node& node, std::size_t at) const {
    const Value& given = value(node, at);
    Dims result;
    for (const Value& one : given.list) {
      if (!one.layer.empty() || !one.constant.isInt())
        refuse(node, "takes numbers that it computes");
      result.push_back(one.constant.toInt());
    }
    if (!result.empty() || !given.list.empty()) return result;
    const torch::IValue& fixed = constant(node, at);
    if (fixed.isNone()) return {};
    if (fixed.isInt()) return {fixed.toInt()};
    if (fixed.isIntList()) return fixed.toIntVector();
    refuse(node, "takes numbers of another kind");
  }

  double number(const torch::jit::Node& node, std::size_t at) const {
    const torch::IValue& fixed = constant(node, at);
    if (fixed.isDouble() || fixed.isInt()) return fixed.toScalar().toDouble();
    if (fixed.isTensor() && fixed.toTensor().numel() == 1) return fixed.toTensor().item<double>();
    refuse(node, "takes a setting that is no number");
  }

  bool truth(const torch::jit::Node& node, std::size_t at) const {
    const torch::IValue& fixed = constant(node, at);
    return fixed.isBool() ? fixed.toBool() : number(node, at) != 0;
  }

  torch::Tensor tensor(const torch::jit::Node& node, std::size_t at) const {
    const torch::IValue& fixed = constant(node, at);
    if (fixed.isTensor()) return fixed.toTensor();
    if (fixed.isNone()) return {};
    refuse(node, "reads weights that it computes");
  }

  const Value& map(const torch::jit::Node& node, std::size_t at = 0) const {
    const Value& given = value(node, at);
    if (given.layer.empty()) refuse(node, "reads a constant where a map is needed");
    if (given.activation) refuse(node, "stands behind a softmax, which must be the end");
    return given;
  }

  // A map whose dims are those of its layer.
  std::string plain(const torch::jit::Node& node, std::size_t at = 0) const {
    const Value& given = map(node, at);
    const Shape shape = layers_.shape(given.layer);
    if (given.dims != Dims{1, shape.channels, shape.height, shape.width}) {
      refuse(node, "reads a map that was put into another shape");
    }
    return given.layer;
  }

  Value of(const std::string& layer, Dims dims = {}) const {
    Value result;
    result.layer = layer;
    const Shape shape = layers_.shape(layer);
    result.dims = dims.empty() ? Dims{1, shape.channels, shape.height, shape.width} : dims;
    return result;
  }

  static std::string name_of(const torch::jit::Node& node, const std::string& op) {
    const std::string scope = node.output()->debugName();
    return op + "_" + scope;
  }

  void read_node(const torch::jit::Node& node) {
    const std::string kind = node.kind().toQualString();
    if (kind == "prim::Constant") {
      values_[node.output()].constant = torch::jit::toIValue(node.output()).value();
      return;
    }
    if (kind == "prim::ListConstruct") {
      Value& result = values_[node.output()];
      for (std::size_t i = 0; i < node.inputs().size(); ++i) result.list.push_back(value(node, i));
      return;
    }
    if (kind == "prim::NumToTensor" || kind == "aten::Int") {
      values_[node.output()] = value(node, 0);
      return;
    }
    if (kind.rfind("aten::", 0) != 0) refuse(node, "is none that model files have");
    std::string op = kind.substr(6);
    const bool in_place = op.size() > 1 && op.back() == '_' && op[0] != '_';
    if (in_place) op.pop_back();
    const Value result = computed(node, op);
    // What is changed in place changes under every name that it has.
    if (in_place && !map(node).layer.empty() && result.layer != map(node).layer) {
      const std::string before = map(node).layer;
      for (auto& [key, other] : values_) {
        if (other.layer == before) other.layer = result.layer;
      }
    }
    values_[node.output()] = result;
  }

  Value computed(const torch::jit::Node& node, const std::string& op) {
    const std::string name = name_of(node, op);
    if (op == "conv2d" || op == "_convolution") return convolution(node, op, name);
    if (op == "batch_norm") {
      if (truth(node, 5)) refuse(node, "is in training mode");
      return of(layers_.batch_norm(name, plain(node), tensor(node, 1), tensor(node, 2),
                                   tensor(node, 3), tensor(node, 4), number(node, 7)));
    }
    if (op == "relu" || op == "sigmoid" || op == "silu") return act(node, name, op, {});
    if (op == "hardswish") return act(node, name, "hard_swish", {});
    if (op == "hardsigmoid") {
      return act(node, name, "hard_sigmoid", {{"alpha", 1.0 / 6}, {"beta", 0.5}});
    }
    if (op == "leaky_relu") return act(node, name, "leaky_relu", {{"slope", number(node, 1)}});
    if (op == "relu6") return act(node, name, "clip", {{"low", 0.0}, {"high", 6.0}});
    if (op == "hardtanh" || op == "clamp") {
      return act(node, name, "clip", {{"low", number(node, 1)}, {"high", number(node, 2)}});
    }
    if (op == "add" || op == "sub" || op == "mul" || op == "div") return binary(node, op, name);
    if (op == "cat") {
      std::vector<std::string> parts;
      const std::vector<Value>& joined = value(node, 0).list;
      std::int64_t values = 0;
      for (const Value& part : joined) {
        if (part.layer.empty()) refuse(node, "joins a constant");
        if (part.activation) refuse(node, "stands behind a softmax, which must be the end");
        if (part.dims.size() != joined.front().dims.size())
          refuse(node, "joins a map and a vector");
        parts.push_back(part.layer);
        values += part.dims.at(1);
      }
      if (parts.empty() || number(node, 1) != 1) refuse(node, "joins other than channels");
      const bool vectors = joined.front().dims.size() == 2;
      return of(layers_.concat(name, parts), vectors ? Dims{1, values} : Dims{});
    }
    if (op == "max_pool2d" || op == "avg_pool2d") return pool(node, op, name);
    if (op == "adaptive_avg_pool2d") {
      const Shape in = layers_.shape(plain(node));
      const Dims wanted = integers(node, 1);
      if (wanted == Dims{1, 1} || wanted == Dims{1}) {
        return of(layers_.global_average_pool(name, plain(node)));
      }
      if (wanted != Dims{in.height, in.width}) refuse(node, "averages to other than one position");
      return map(node);
    }
    if (op == "mean") {
      Dims axes = integers(node, 1);
      for (std::int64_t& axis : axes) axis += axis < 0 ? 4 : 0;
      std::sort(axes.begin(), axes.end());
      if (axes != Dims{2, 3}) refuse(node, "averages over other than both sides");
      const std::string layer = layers_.global_average_pool(name, plain(node));
      if (truth(node, 2)) return of(layer);
      return of(layer, {1, layers_.shape(layer).channels});
    }
    if (op == "linear") {
      return linear(node, name, tensor(node, 1), tensor(node, 2));
    }
    if (op == "addmm") {
      const Value& given = map(node, 1);
      if (number(node, 3) != 1 || number(node, 4) != 1) refuse(node, "weighs what it adds");
      return of(layers_.linear(name, given.layer, tensor(node, 2).t(), tensor(node, 0)),
                {1, tensor(node, 2).size(1)});
    }
    if (op == "t") {
      Value result;
      result.constant = tensor(node, 0).t();
      return result;
    }
    if (op == "flatten" || op == "view" || op == "reshape") return reshaped(node, op);
    if (op == "dropout" || op == "feature_dropout" || op == "contiguous" || op == "detach" ||
        op == "to") {
      return value(node, 0);
    }
    if (op == "size") {
      if (node.inputs().size() < 2) {
        refuse(node,
               "asks for all sides of a map, as scripted networks do; ask for a traced one, "
               "or for the network as ONNX");
      }
      Value result;
      const Dims& dims = map(node).dims;
      const auto at = static_cast<std::int64_t>(number(node, 1));
      const auto place = static_cast<std::size_t>(at < 0 ? at + static_cast<int>(dims.size()) : at);
      result.constant = dims.at(place);
      return result;
    }
    if (op == "softmax") {
      Value result = map(node);
      const Shape shape = layers_.shape(result.layer);
      const auto axis = static_cast<std::int64_t>(number(node, 1));
      const bool last = axis == 1 || axis == -1;
      if (shape.height != 1 || shape.width != 1 || result.dims.size() != 2 || !last) {
        refuse(node, "is no softmax over labels at the end of the network");
      }
      result.activation = Activation::softmax;
      return result;
    }
    refuse(node, "is none that model files have; ask for the network as ONNX");
  }

  Value convolution(const torch::jit::Node& node, const std::string& op, const std::string& name) {
    const bool old = op == "_convolution";
    if (value(node, 4).constant.isString()) refuse(node, "pads by a word");
    for (const std::int64_t dilation : integers(node, 5)) {
      if (dilation != 1) refuse(node, "has a dilation; expected none");
    }
    if (old && truth(node, 6)) refuse(node, "is transposed");
    const ImportedWindow window = window_of({1, 1}, integers(node, 3), integers(node, 4));
    const auto groups = static_cast<std::int64_t>(number(node, old ? 8 : 6));
    return of(layers_.conv2d(name, plain(node), tensor(node, 1), tensor(node, 2), window, groups));
  }

  Value act(const torch::jit::Node& node, const std::string& name, const std::string& op,
            const CardJson& settings) {
    const Value given = map(node);
    return of(layers_.activation(name, op, given.layer,
                                 settings.is_null() ? CardJson::object() : settings),
              given.dims);
  }

  Value linear(const torch::jit::Node& node, const std::string& name, const torch::Tensor& weight,
               const torch::Tensor& bias) {
    const Value given = map(node);
    if (given.dims.size() != 2) refuse(node, "reads a map that was not made flat");
    return of(layers_.linear(name, given.layer, weight, bias), {1, weight.size(0)});
  }

  Value pool(const torch::jit::Node& node, const std::string& op, const std::string& name) {
    const ImportedWindow window =
        window_of(integers(node, 1), integers(node, 2), integers(node, 3));
    if (op == "max_pool2d") {
      for (const std::int64_t dilation : integers(node, 4)) {
        if (dilation != 1) refuse(node, "has a dilation; expected none");
      }
      return of(layers_.pool(name, "max_pool2d", plain(node), window, truth(node, 5)));
    }
    if (!constant(node, 6).isNone()) refuse(node, "divides by a number of its own");
    return of(
        layers_.pool(name, "average_pool2d", plain(node), window, truth(node, 4), truth(node, 5)));
  }

  // The other operand may be a number, or one a channel.
  Value binary(const torch::jit::Node& node, const std::string& op, const std::string& name) {
    const bool additive = op == "add" || op == "sub";
    const double factor = additive && node.inputs().size() > 2 ? number(node, 2) : 1;
    const double sign = op == "sub" ? -factor : factor;
    if (op == "div" && node.inputs().size() > 2 && !constant(node, 2).isNone()) {
      refuse(node, "rounds what it gives");
    }
    const Value& first = value(node, 0);
    const Value& second = value(node, 1);
    if (first.layer.empty()) refuse(node, "has a constant before a map");
    if (!second.layer.empty()) {
      if (sign != 1 || op == "div") refuse(node, "is of two maps; expected add or mul");
      // Of two ranks the shorter is aligned at the end: [1, C] with the sides.
      const bool vectors = first.dims.size() == 2;
      if (first.dims.size() != second.dims.size() || (vectors && first.dims != second.dims)) {
        refuse(node, "is of a map and a vector, or of vectors of two lengths");
      }
      const Dims dims = vectors ? first.dims : Dims{};
      return of(additive ? layers_.add(name, map(node).layer, map(node, 1).layer)
                         : layers_.mul(name, map(node).layer, map(node, 1).layer),
                dims);
    }
    const torch::Tensor one = torch::ones({1}, torch::kDouble);
    torch::Tensor given = second.constant.isTensor() ? second.constant.toTensor().to(torch::kDouble)
                                                     : one * number(node, 1);
    const Shape in = layers_.shape(first.layer);
    const bool by_channel = given.dim() >= 3 && given.size(-1) == 1 && given.size(-2) == 1 &&
                            given.size(-3) == in.channels && first.dims.size() == 4;
    if (given.numel() != 1 && !by_channel)
      refuse(node, "has a constant of other than a channel each");
    if (op == "div") given = 1 / given;
    return of(additive ? layers_.scale_shift(name, map(node).layer, one, given * sign)
                       : layers_.scale_shift(name, map(node).layer, given, 0 * one),
              first.dims);
  }

  Value reshaped(const torch::jit::Node& node, const std::string& op) {
    Value result = map(node);
    const Shape shape = layers_.shape(result.layer);
    const std::int64_t count = std::int64_t{shape.channels} * shape.height * shape.width;
    if (op == "flatten") {
      const auto end = static_cast<std::int64_t>(number(node, 2));
      const auto last = static_cast<std::int64_t>(result.dims.size()) - 1;
      if (number(node, 1) != 1 || (end != -1 && end != last)) {
        refuse(node, "keeps more than the batch's side");
      }
    } else {
      Dims wanted = integers(node, 1);
      if (wanted.size() == 2 && wanted[1] == -1) wanted[1] = count;
      if (wanted.size() == 2 && wanted[0] == -1) wanted[0] = 1;
      if (wanted != Dims{1, count}) refuse(node, "gives other than a flat map");
    }
    result.dims = {1, count};
    return result;
  }

  LayerBuilder layers_;
  Value input_;
  std::map<const torch::jit::Value*, Value> values_;
};

// The input's channels: of the first convolution that reads it.
int channels_of(const torch::jit::Graph& graph) {
  for (const torch::jit::Node* node : graph.nodes()) {
    const std::string kind = node->kind().toQualString();
    if (kind != "aten::conv2d" && kind != "aten::_convolution") continue;
    const auto weight = torch::jit::toIValue(node->inputs()[1]);
    if (weight && weight->isTensor() && weight->toTensor().dim() == 4) {
      return static_cast<int>(weight->toTensor().size(1));
    }
  }
  throw std::runtime_error("its forward has no convolution");
}

}  // namespace

void read_torchscript(const std::filesystem::path& file, int size, SourceFile& source) {
  const torch::NoGradGuard no_grad;
  torch::jit::Module module = torch::jit::load(file.string(), torch::kCPU);
  module.eval();
  module = torch::jit::freeze(module);
  const auto graph = module.get_method("forward").graph();
  const int side = size > 0 ? size : kUsualSize;
  Reader(channels_of(*graph), side).read(*graph, source);
  source.format = "TorchScript";
  if (size == 0) {
    source.notes.push_back("TorchScript does not say how large its input is; " +
                           std::to_string(side) +
                           " pixels a side are taken, and --input size= says another");
  }
}

}  // namespace thoraxlite
