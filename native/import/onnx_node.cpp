#include "import/onnx_node.h"

#include <algorithm>
#include <cmath>
#include <functional>
#include <optional>
#include <set>
#include <utility>

namespace thoraxlite {
namespace {

using Json = nlohmann::ordered_json;
using Dims = std::vector<std::int64_t>;

// Beyond this a bound is none: exporters write the largest float32 for it.
constexpr float kNoBound = 1e30f;
constexpr std::size_t kMostShown = 200;  // bytes of a name, which may be any text

std::string in_quotes(const std::string& text) {
  return '"' + text.substr(0, kMostShown) + '"';
}

// One node on its way. The first thing that was wrong is kept, and what is asked of it after that
// comes back as a value that does no harm.
class NodeMapper {
 public:
  NodeMapper(const OnnxNode& node, std::int64_t opset, const std::vector<OnnxOperand>& operands)
      : node_(node), opset_(opset), operands_(operands) {}

  void map_conv() {
    const Dims& map = map_dims(0);
    const OnnxTensor* weight = constant(1, "a weight");
    if (error_) return;
    if (weight->dims.size() != 4) {
      return refuse("has a weight of " + shown_dims(weight->dims) + "; expected 4 dimensions");
    }
    description_ = {{"op", "conv2d"}};
    const std::int64_t groups = integer("group", 1);
    if (groups != 1) description_["groups"] = groups;
    take_window(map, Dims(weight->dims.begin() + 2, weight->dims.end()), /*is_pool=*/false);
    const auto out = static_cast<std::size_t>(weight->dims[0]);
    tensors_["weight"] = {weight->dims, weight->floats};
    take_bias(2, out, 1);
    reads_ = {0};
  }

  void map_pool(const char* op) {
    const Dims& map = map_dims(0);
    integer("storage_order", 0);  // of the indices, which are refused
    if (node_.outputs.size() > 1 && !node_.outputs[1].empty()) {
      return refuse("gives indices as well; expected the maximum alone");
    }
    const std::optional<Dims> kernel = integers("kernel_shape");
    if (!kernel) return refuse("lacks the attribute \"kernel_shape\"");
    description_ = {{"op", op}};
    const bool is_average = std::string(op) == "average_pool2d";
    take_window(map, *kernel, /*is_pool=*/true);
    if (integer("ceil_mode", 0) != 0) description_["ceil"] = true;
    if (is_average && integer("count_include_pad", 0) != 0) description_["count_padding"] = true;
    // A window of one position that goes one step changes nothing.
    if (error_ || *kernel != Dims{1, 1}) return done({0});
    if (description_["stride"] != 1) return refuse("has a window of one position");
    description_ = Json::object();
    done({0});
  }

  void map_global_average() {
    map_dims(0);
    describe("global_average_pool");
  }

  void map_reduce_mean() {
    const Dims& map = map_dims(0);
    integer("keepdims", 1);  // [N, C] is read as [N, C, 1, 1]
    std::optional<Dims> axes = integers("axes");
    if (opset_ >= 18) {
      integer("noop_with_empty_axes", 0);
      if (has(1)) axes = constant(1, "axes", /*is_float=*/false)->integers;
    }
    if (error_) return;
    if (!axes) return refuse("is over all axes; expected the two sides of a map");
    for (std::int64_t& axis : *axes) axis += axis < 0 ? static_cast<std::int64_t>(map.size()) : 0;
    std::sort(axes->begin(), axes->end());
    if (*axes != Dims{2, 3}) {
      return refuse("is over the axes " + shown_dims(*axes) + "; expected the two sides of a map");
    }
    describe("global_average_pool");
  }

  void map_batch_norm() {
    const std::size_t channels = channels_of(0);
    const double epsilon = number("epsilon", 1e-5f);
    number("momentum", 0.9f);
    const bool was_trained = opset_ >= 7 || integer("is_test", 0) != 0;
    const bool gives_more = std::any_of(node_.outputs.begin() + 1, node_.outputs.end(),
                                        [](const std::string& name) { return !name.empty(); });
    if (integer("training_mode", 0) != 0 || gives_more || !was_trained) {
      return refuse("is in training mode; expected the statistics of a trained network");
    }
    const OnnxTensor* parts[4] = {};
    static constexpr const char* kNames[] = {"a scale", "a shift", "a mean", "a variance"};
    for (std::size_t i = 0; i < 4; ++i) {
      parts[i] = constant(i + 1, kNames[i]);
      if (error_) return;
      if (parts[i]->floats.size() != channels) {
        return refuse("has " + std::string(kNames[i]) + " of " + shown_dims(parts[i]->dims) +
                      "; expected " + std::to_string(channels) + " values");
      }
    }
    std::vector<float> weight(channels), bias(channels);
    for (std::size_t i = 0; i < channels; ++i) {
      const double scale = parts[0]->floats[i] / std::sqrt(parts[3]->floats[i] + epsilon);
      weight[i] = static_cast<float>(scale);
      bias[i] = static_cast<float>(parts[1]->floats[i] - parts[2]->floats[i] * scale);
    }
    take_scale_shift(std::move(weight), std::move(bias));
    reads_ = {0};
  }

  // Add, Sub, Mul and Div.
  void map_arithmetic() {
    if (operands_.size() != 2) return refuse("does not read two values");
    const bool is_first_constant = operands_[0].constant != nullptr;
    if (is_first_constant && operands_[1].constant != nullptr) {
      return refuse("reads two constants; expected them computed when the file was made");
    }
    if (is_first_constant || operands_[1].constant != nullptr) {
      return map_by_constant(is_first_constant ? 1 : 0, is_first_constant ? 0 : 1);
    }
    if (node_.op != "Add" && node_.op != "Mul") {
      return refuse("is of two maps; expected one map and a constant");
    }
    const bool is_swapped = operands_[0].dims != operands_[1].dims && is_vector(0) && !is_vector(1);
    const std::size_t first = is_swapped ? 1 : 0;
    const std::size_t second = 1 - first;
    // Of two ranks the shorter is aligned at the end: [N, C] with the sides, not with the channels.
    const bool are_aligned = operands_[0].dims.size() == operands_[1].dims.size();
    if (!are_aligned && !error_) {
      return refuse("is of maps of " + shown_dims(operands_[0].dims) + " and " +
                    shown_dims(operands_[1].dims) + "; expected as many dims of both");
    }
    if (!is_same_map(first, second) &&
        !(is_vector(second) && channels_of(second) == channels_of(first))) {
      return refuse("is of maps of " + shown_dims(operands_[0].dims) + " and " +
                    shown_dims(operands_[1].dims) +
                    "; expected one shape, or of one a value for each channel of the other");
    }
    description_ = {{"op", node_.op == "Add" ? "add" : "mul"}};
    done({first, second});
  }

  void map_relu() {
    description_ = {{"op", "clip"}, {"low", 0}};
    done({0});
  }

  void map_leaky_relu() {
    description_ = {{"op", "leaky_relu"}, {"slope", number("alpha", 0.01f)}};
    done({0});
  }

  void map_clip() {
    std::optional<float> low, high;
    if (opset_ < 11) {
      low = number("min", -kNoBound);
      high = number("max", kNoBound);
    } else {
      low = scalar(1, "a minimum");
      high = scalar(2, "a maximum");
    }
    if (low && *low <= -kNoBound) low.reset();
    if (high && *high >= kNoBound) high.reset();
    done({0});
    if (!low && !high) return;
    if (low && high && !(*low < *high)) {
      return refuse("has a minimum that is not below its maximum");
    }
    description_ = {{"op", "clip"}};
    if (low) description_["low"] = *low;
    if (high) description_["high"] = *high;
  }

  void map_hard_sigmoid() {
    description_ = {
        {"op", "hard_sigmoid"}, {"alpha", number("alpha", 0.2f)}, {"beta", number("beta", 0.5f)}};
    done({0});
  }

  // An operator without attributes that reads one map.
  void describe(const char* op) {
    description_ = {{"op", op}};
    done({0});
  }

  void map_concat() {
    const std::int64_t rank = static_cast<std::int64_t>(operands_[0].dims.size());
    std::int64_t axis = integer("axis", 0);
    if (axis < 0) axis += rank;
    if (axis != 1)
      return refuse("is along axis " + std::to_string(axis) + "; expected channels, 1");
    std::vector<std::size_t> all;
    for (std::size_t i = 0; i < operands_.size(); ++i) {
      channels_of(i);
      all.push_back(i);
    }
    if (operands_.size() > 1) description_ = {{"op", "concat"}};
    done(std::move(all));
  }

  void map_gemm() {
    const float alpha = number("alpha", 1);
    const float beta = number("beta", 1);
    if (opset_ < 7) integer("broadcast", 0);
    if (integer("transA", 0) != 0) return refuse("has the attribute \"transA\"; expected a vector");
    take_linear(integer("transB", 0) != 0, alpha, beta);
  }

  void map_matmul() { take_linear(/*is_transposed=*/false, 1, 1); }

  void map_dropout() {
    number("ratio", 0.5f);
    integer("seed", 0);
    if (has(2)) {
      const OnnxTensor* training = constant(2, "a training mode", /*is_float=*/false);
      if (error_) return;
      if (training->integers != std::vector<std::int64_t>{0}) return refuse("is in training mode");
    }
    if (node_.outputs.size() > 1 && !node_.outputs[1].empty()) {
      return refuse("gives its mask as well; expected what comes out alone");
    }
    done({0});
  }

  void map_flatten() {
    const std::int64_t axis = integer("axis", 1);
    channels_of(0);
    if (error_) return;
    if (axis != 1 || !is_vector(0)) {
      return refuse("flattens " + shown_dims(operands_[0].dims) + " at axis " +
                    std::to_string(axis) + "; expected [N, C, 1, 1] at axis 1");
    }
    done({0});
  }

  void map_identity() { done({0}); }

  Result<MappedNode> take() {
    for (const auto& [name, attribute] : node_.attributes) {
      if (asked_.count(name) == 0) refuse("has the attribute " + in_quotes(name));
    }
    if (error_) return tl::unexpected(*error_);
    return MappedNode{std::move(description_), std::move(tensors_), std::move(reads_)};
  }

 private:
  void refuse(const std::string& what) {
    if (!error_) error_ = Error{shown(node_) + " " + what};
  }

  void done(std::vector<std::size_t> reads) { reads_ = std::move(reads); }

  const OnnxAttribute* find(const char* name, OnnxAttribute::Kind kind) {
    asked_.insert(name);
    const auto found = node_.attributes.find(name);
    if (found == node_.attributes.end()) return nullptr;
    if (found->second.kind == kind) return &found->second;
    refuse("has the attribute " + in_quotes(name) + " of another kind");
    return nullptr;
  }

  std::int64_t integer(const char* name, std::int64_t fallback) {
    const OnnxAttribute* attribute = find(name, OnnxAttribute::Kind::integer);
    return attribute == nullptr ? fallback : attribute->integer;
  }

  float number(const char* name, float fallback) {
    const OnnxAttribute* attribute = find(name, OnnxAttribute::Kind::number);
    const float value = attribute == nullptr ? fallback : attribute->number;
    if (std::isfinite(value)) return value;
    refuse("has the attribute " + in_quotes(name) + ", which is not finite");
    return fallback;
  }

  std::optional<Dims> integers(const char* name) {
    const OnnxAttribute* attribute = find(name, OnnxAttribute::Kind::integers);
    if (attribute == nullptr) return std::nullopt;
    return attribute->integers;
  }

  bool has(std::size_t index) const {
    return index < operands_.size() && index < node_.inputs.size() && !node_.inputs[index].empty();
  }

  const OnnxTensor* constant(std::size_t index, const std::string& what, bool is_float = true) {
    static const OnnxTensor kNone;
    const OnnxTensor* tensor = has(index) ? operands_[index].constant : nullptr;
    if (tensor == nullptr) {
      refuse((has(index) ? "computes " : "lacks ") + what + "; expected a constant");
      return &kNone;
    }
    const bool is_expected = is_float ? tensor->type == "float32" || tensor->type == "float16"
                                      : !tensor->integers.empty();
    if (!tensor->has_values() || !is_expected) {
      refuse("has " + what + " of " + tensor->type + ", " + shown_dims(tensor->dims) +
             "; expected " + (is_float ? "float32 or float16" : "whole numbers"));
    }
    return tensor;
  }

  std::optional<float> scalar(std::size_t index, const char* what) {
    if (!has(index)) return std::nullopt;
    const OnnxTensor* tensor = constant(index, what);
    if (error_) return std::nullopt;
    if (tensor->floats.size() != 1) {
      refuse("has " + std::string(what) + " of " + shown_dims(tensor->dims) +
             "; expected one number");
      return std::nullopt;
    }
    return tensor->floats.front();
  }

  // Of a map with sides that are known: [N, C, H, W].
  const Dims& map_dims(std::size_t index) {
    static const Dims kNone{1, 1, 1, 1};
    if (operands_.size() <= index || operands_[index].constant != nullptr) {
      refuse("reads no map");
      return kNone;
    }
    const Dims& dims = operands_[index].dims;
    if (dims.size() != 4 ||
        std::any_of(dims.begin() + 1, dims.end(), [](std::int64_t length) { return length < 1; })) {
      refuse("reads a map of " + shown_dims(dims) +
             "; expected [N, C, H, W], the last three known");
      return kNone;
    }
    return dims;
  }

  // Of a map or of a vector.
  std::size_t channels_of(std::size_t index) {
    const Dims& dims = operands_[index].dims;
    if (operands_[index].constant == nullptr && (dims.size() == 2 || dims.size() == 4) &&
        dims[1] > 0) {
      return static_cast<std::size_t>(dims[1]);
    }
    refuse("reads " + shown_dims(dims) + "; expected a map, [N, C, H, W], or a vector, [N, C]");
    return 1;
  }

  bool is_vector(std::size_t index) const {
    const Dims& dims = operands_[index].dims;
    return dims.size() == 2 || (dims.size() == 4 && dims[2] == 1 && dims[3] == 1);
  }

  bool is_same_map(std::size_t first, std::size_t second) {
    const Dims& a = operands_[first].dims;
    const Dims& b = operands_[second].dims;
    const bool are_as_many = channels_of(first) == channels_of(second);
    return !error_ && are_as_many && std::equal(a.begin() + 1, a.end(), b.begin() + 1, b.end());
  }

  // One number where all are equal, as the graph's reader has it.
  static Json short_form(const Dims& numbers) {
    const bool are_equal =
        std::all_of(numbers.begin(), numbers.end(),
                    [&numbers](std::int64_t number) { return number == numbers.front(); });
    return are_equal ? Json(numbers.front()) : Json(numbers);
  }

  // kernel: [height, width].
  void take_window(const Dims& map, const Dims& kernel, bool is_pool) {
    const std::optional<Dims> said = integers("kernel_shape");
    if (kernel.size() != 2 || (said && *said != kernel)) {
      return refuse("has a window of " + shown_dims(said.value_or(kernel)) + "; expected " +
                    (kernel.size() == 2 ? shown_dims(kernel) : "two sides"));
    }
    const Dims strides = integers("strides").value_or(Dims{1, 1});
    const Dims dilations = integers("dilations").value_or(Dims{1, 1});
    Dims pads = integers("pads").value_or(Dims{0, 0, 0, 0});
    if (dilations != Dims{1, 1}) {
      return refuse("has the attribute \"dilations\" of " + Json(dilations).dump() +
                    "; expected [1, 1]");
    }
    if (strides.size() != 2 || *std::min_element(strides.begin(), strides.end()) < 1) {
      return refuse("has the attribute \"strides\" of " + Json(strides).dump() +
                    "; expected two, above 0");
    }
    const OnnxAttribute* auto_pad = find("auto_pad", OnnxAttribute::Kind::text);
    const std::string way = auto_pad == nullptr ? "NOTSET" : auto_pad->text;
    if (way == "SAME_UPPER" || way == "SAME_LOWER") {
      pads = same_pads(map, kernel, strides, way == "SAME_LOWER");
    } else if (way == "VALID") {
      pads = {0, 0, 0, 0};
    } else if (way != "NOTSET" && !way.empty()) {
      return refuse("has the attribute \"auto_pad\" of " + in_quotes(way));
    }
    if (pads.size() != 4 || *std::min_element(pads.begin(), pads.end()) < 0) {
      return refuse("has the attribute \"pads\" of " + Json(pads).dump() +
                    "; expected four, none below 0");
    }
    if (is_pool) description_["kernel"] = short_form(kernel);
    if (is_pool || strides != Dims{1, 1}) description_["stride"] = short_form(strides);
    if (pads != Dims{0, 0, 0, 0}) description_["padding"] = short_form(pads);
  }

  // So many that each side comes out at its length over the stride, rounded up.
  static Dims same_pads(const Dims& map, const Dims& kernel, const Dims& strides, bool is_lower) {
    Dims pads(4);
    for (std::size_t side = 0; side < 2; ++side) {
      const std::int64_t length = map[side + 2];
      const std::int64_t windows = (length + strides[side] - 1) / strides[side];
      const std::int64_t all =
          std::max<std::int64_t>((windows - 1) * strides[side] + kernel[side] - length, 0);
      pads[side] = is_lower ? all - all / 2 : all / 2;
      pads[side + 2] = all - pads[side];
    }
    return pads;
  }

  void take_scale_shift(std::vector<float> weight, std::vector<float> bias) {
    description_ = {{"op", "scale_shift"}};
    const auto channels = static_cast<std::int64_t>(weight.size());
    tensors_["weight"] = {{channels}, std::move(weight)};
    tensors_["bias"] = {{channels}, std::move(bias)};
  }

  void take_bias(std::size_t index, std::size_t count, float factor) {
    std::vector<float> bias(count, 0.0f);
    if (has(index)) {
      const OnnxTensor* tensor = constant(index, "a bias");
      if (error_) return;
      const std::size_t values = tensor->floats.size();
      // Of one value for each output, whatever the dims before.
      if ((values != count && values != 1) ||
          (values == count && values != 1 &&
           tensor->dims.back() != static_cast<std::int64_t>(count))) {
        return refuse("has a bias of " + shown_dims(tensor->dims) + "; expected " +
                      std::to_string(count) + " values");
      }
      for (std::size_t i = 0; i < count; ++i) {
        bias[i] = factor * tensor->floats[values == 1 ? 0 : i];
      }
    }
    tensors_["bias"] = {{static_cast<std::int64_t>(count)}, std::move(bias)};
  }

  // Operand 1 is the matrix, [in, out] or transposed, operand 2 the bias.
  void take_linear(bool is_transposed, float alpha, float beta) {
    const OnnxTensor* matrix = constant(1, "a matrix");
    const std::size_t in = channels_of(0);
    if (error_) return;
    if (!is_vector(0)) {
      return refuse("reads a map of " + shown_dims(operands_[0].dims) +
                    "; expected a vector, [N, C]");
    }
    if (matrix->dims.size() != 2 ||
        static_cast<std::size_t>(matrix->dims[is_transposed ? 1 : 0]) != in) {
      return refuse("has a matrix of " + shown_dims(matrix->dims) + "; expected " +
                    std::to_string(in) + " rows");
    }
    const auto out = static_cast<std::size_t>(matrix->dims[is_transposed ? 0 : 1]);
    std::vector<float> weight(in * out);
    for (std::size_t o = 0; o < out; ++o) {
      for (std::size_t i = 0; i < in; ++i) {
        weight[o * in + i] = alpha * matrix->floats[is_transposed ? o * in + i : i * out + o];
      }
    }
    description_ = {{"op", "linear"}};
    tensors_["weight"] = {{static_cast<std::int64_t>(out), static_cast<std::int64_t>(in)},
                          std::move(weight)};
    take_bias(2, out, beta);
    reads_ = {0};
  }

  void map_by_constant(std::size_t map, std::size_t other) {
    const OnnxTensor* tensor = constant(other, "an operand");
    const std::size_t channels = channels_of(map);
    if (error_) return;
    if (node_.op == "Div" && map == 1) return refuse("divides a constant by a map");
    // Aligned at the end: its channels stand where the map's do, and all else is 1.
    const std::size_t rank = operands_[map].dims.size();
    const Dims& dims = tensor->dims;
    bool is_of_channels = dims.size() <= rank;
    for (std::size_t i = 0; i < dims.size() && is_of_channels; ++i) {
      is_of_channels = dims[i] == 1 || i + rank - dims.size() == 1;
    }
    const std::size_t count = tensor->floats.size();
    if (!is_of_channels || (count != 1 && count != channels && channels != 1)) {
      return refuse("has a constant of " + shown_dims(dims) +
                    "; expected one value, or one a channel");
    }
    const std::size_t out = std::max(count, channels);
    std::vector<float> weight(out, 1.0f), bias(out, 0.0f);
    for (std::size_t i = 0; i < out; ++i) {
      const float value = tensor->floats[count == 1 ? 0 : i];
      if (node_.op == "Mul") weight[i] = value;
      if (node_.op == "Div") weight[i] = 1 / value;
      if (node_.op == "Add") bias[i] = value;
      if (node_.op == "Sub") {
        weight[i] = map == 0 ? 1.0f : -1.0f;
        bias[i] = map == 0 ? -value : value;
      }
    }
    if (!std::all_of(weight.begin(), weight.end(), [](float x) { return std::isfinite(x); })) {
      return refuse("divides by 0");
    }
    take_scale_shift(std::move(weight), std::move(bias));
    // One channel and several values make several channels.
    if (out != channels) {
      description_ = {{"op", "conv2d"}};
      tensors_["weight"].shape = {static_cast<std::int64_t>(out), 1, 1, 1};
    }
    done({map});
  }

  const OnnxNode& node_;
  const std::int64_t opset_;
  const std::vector<OnnxOperand>& operands_;
  Json description_ = Json::object();
  std::map<std::string, MappedTensor> tensors_;
  std::vector<std::size_t> reads_;
  std::set<std::string> asked_;
  std::optional<Error> error_;
};

using Map = std::function<void(NodeMapper&)>;

const std::map<std::string, Map>& operators() {
  static const std::map<std::string, Map> known{
      {"Add", &NodeMapper::map_arithmetic},
      {"AveragePool", [](NodeMapper& node) { node.map_pool("average_pool2d"); }},
      {"BatchNormalization", &NodeMapper::map_batch_norm},
      {"Clip", &NodeMapper::map_clip},
      {"Concat", &NodeMapper::map_concat},
      {"Conv", &NodeMapper::map_conv},
      {"Div", &NodeMapper::map_arithmetic},
      {"Dropout", &NodeMapper::map_dropout},
      {"Flatten", &NodeMapper::map_flatten},
      {"Gemm", &NodeMapper::map_gemm},
      {"GlobalAveragePool", &NodeMapper::map_global_average},
      {"HardSigmoid", &NodeMapper::map_hard_sigmoid},
      {"HardSwish", [](NodeMapper& node) { node.describe("hard_swish"); }},
      {"Identity", &NodeMapper::map_identity},
      {"LeakyRelu", &NodeMapper::map_leaky_relu},
      {"MatMul", &NodeMapper::map_matmul},
      {"MaxPool", [](NodeMapper& node) { node.map_pool("max_pool2d"); }},
      {"Mul", &NodeMapper::map_arithmetic},
      {"ReduceMean", &NodeMapper::map_reduce_mean},
      {"Relu", &NodeMapper::map_relu},
      {"Sigmoid", [](NodeMapper& node) { node.describe("sigmoid"); }},
      {"Sub", &NodeMapper::map_arithmetic},
  };
  return known;
}

}  // namespace

Result<MappedNode> map_onnx_node(const OnnxNode& node, std::int64_t opset,
                                 const std::vector<OnnxOperand>& operands) {
  const auto known = operators().find(node.op);
  if (known == operators().end() || !node.domain.empty()) {
    std::string all;
    for (const std::string& name : known_onnx_operators()) all += (all.empty() ? "" : ", ") + name;
    const std::string domain =
        node.domain.empty() ? "" : " of the domain " + in_quotes(node.domain);
    return fail(shown(node) + domain + " has no counterpart here; expected one of " + all);
  }
  if (operands.empty() || node.outputs.empty())
    return fail(shown(node) + " reads or gives nothing");
  NodeMapper mapper(node, opset, operands);
  known->second(mapper);
  return mapper.take();
}

std::vector<std::string> known_onnx_operators() {
  std::vector<std::string> names;
  for (const auto& [name, map] : operators()) names.push_back(name);
  return names;
}

std::string shown(const OnnxNode& node) {
  const std::string op = " (" + node.op.substr(0, kMostShown) + ")";
  if (!node.name.empty()) return "node " + in_quotes(node.name) + op;
  const std::string output = node.outputs.empty() ? "" : node.outputs.front();
  return "the node that gives " + in_quotes(output) + op;
}

}  // namespace thoraxlite
