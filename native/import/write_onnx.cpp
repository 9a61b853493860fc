#include <torch/torch.h>

// onnx_pb.h would warn in code of its own.
#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wunused-parameter"
#include <onnx/onnx_pb.h>
#pragma GCC diagnostic pop

#include <algorithm>
#include <array>
#include <limits>
#include <map>
#include <set>
#include <stdexcept>

#include "core/version.h"
#include "import/export_network.h"

namespace thoraxlite {
namespace {

using Json = nlohmann::ordered_json;
using Ints = std::vector<std::int64_t>;

constexpr std::int64_t kOpset = 17;
constexpr std::int64_t kIrVersion = 8;  // of ONNX 1.12, which has that opset

template <std::size_t N>
Ints sides_of(const Json& node, const char* key, std::int64_t fallback) {
  if (!node.contains(key)) return Ints(N, fallback);
  return node.at(key).is_array() ? node.at(key).get<Ints>()
                                 : Ints(N, node.at(key).get<std::int64_t>());
}

class Writer {
 public:
  explicit Writer(const ExportedNetwork& exported) : network_(exported.network) {
    model_.set_ir_version(kIrVersion);
    model_.set_producer_name("ThoraxLite");
    model_.set_producer_version(version());
    model_.add_opset_import()->set_version(kOpset);
    for (const auto& [key, value] : exported.metadata) {
      auto* entry = model_.add_metadata_props();
      entry->set_key(key);
      entry->set_value(value);
    }
    graph().set_name("network");
    const torch::Tensor image = torch::zeros({1, 1, exported.size, exported.size});
    const ModelOutput output = forward(network_, image);
    for (const auto& [name, map] : output.features) shapes_[name] = map.sizes().vec();
    shapes_["input"] = image.sizes().vec();
    labels_ = output.logits.numel();
    add_value(*graph().add_input(), "input", {1, exported.size, exported.size});
  }

  std::string write() {
    std::string last = "input";
    for (const Json& node : network_.graph) {
      std::vector<std::string> inputs{node.value("input", last)};
      if (node.contains("inputs")) inputs = node.at("inputs").get<std::vector<std::string>>();
      last = node.at("name").get<std::string>();
      std::string given = write_node(node, last, inputs);
      if (node.value("relu", false)) given = add("Relu", {given}, last + "/relu");
      values_[last] = given;
    }
    const std::string logits =
        vector_[last] ? values_[last] : add("Flatten", {values_[last]}, "flat");
    auto* end = graph().add_node();
    end->set_op_type("Identity");
    end->set_name("logits");
    end->add_input(logits);
    end->add_output("logits");
    add_value(*graph().add_output(), "logits", {labels_});
    std::string bytes;
    if (!model_.SerializeToString(&bytes))
      throw std::runtime_error("the network is too large for ONNX");
    return bytes;
  }

 private:
  onnx::GraphProto& graph() { return *model_.mutable_graph(); }

  void add_value(onnx::ValueInfoProto& value, const std::string& name, const Ints& dims) {
    value.set_name(name);
    auto* type = value.mutable_type()->mutable_tensor_type();
    type->set_elem_type(onnx::TensorProto::FLOAT);
    type->mutable_shape()->add_dim()->set_dim_param("N");
    for (const std::int64_t dim : dims) type->mutable_shape()->add_dim()->set_dim_value(dim);
  }

  std::string add(const std::string& op, const std::vector<std::string>& inputs,
                  const std::string& output, const std::map<std::string, Ints>& lists = {},
                  const std::map<std::string, std::int64_t>& integers = {},
                  const std::map<std::string, float>& numbers = {}) {
    auto* node = graph().add_node();
    node->set_op_type(op);
    node->set_name(output);
    for (const std::string& input : inputs) node->add_input(input);
    node->add_output(output);
    const auto attribute = [&](const std::string& name, auto type) {
      auto* added = node->add_attribute();
      added->set_name(name);
      added->set_type(type);
      return added;
    };
    for (const auto& [name, values] : lists) {
      auto* added = attribute(name, onnx::AttributeProto::INTS);
      for (const std::int64_t value : values) added->add_ints(value);
    }
    for (const auto& [name, value] : integers)
      attribute(name, onnx::AttributeProto::INT)->set_i(value);
    for (const auto& [name, value] : numbers)
      attribute(name, onnx::AttributeProto::FLOAT)->set_f(value);
    return output;
  }

  std::string constant(const std::string& name, const torch::Tensor& values) {
    const torch::Tensor whole = values.contiguous();
    auto* tensor = graph().add_initializer();
    tensor->set_name(name);
    for (const std::int64_t dim : whole.sizes()) tensor->add_dims(dim);
    const bool integers = whole.scalar_type() == torch::kInt64;
    tensor->set_data_type(integers ? onnx::TensorProto::INT64 : onnx::TensorProto::FLOAT);
    tensor->set_raw_data(whole.data_ptr(), whole.nbytes());
    return name;
  }

  const torch::Tensor& weight(const std::string& name, const char* kind) const {
    return network_.tensors.at(name + kind);
  }

  // [N, C] as [N, C, 1, 1], for operators of maps.
  std::string as_map(const std::string& name) {
    if (!vector_[name]) return values_.at(name);
    const std::string axes = constant(name + "/axes", torch::tensor(Ints{2, 3}));
    values_[name] = add("Unsqueeze", {values_.at(name), axes}, name + "/map");
    vector_[name] = false;
    return values_.at(name);
  }

  std::string write_node(const Json& node, const std::string& name,
                         const std::vector<std::string>& inputs) {
    const auto op = node.at("op").get<std::string>();
    const auto number = [&](const char* key) { return node.at(key).get<float>(); };
    values_.emplace("input", "input");
    if (op == "linear") {
      vector_[name] = true;
      const std::string flat = vector_[inputs[0]]
                                   ? values_.at(inputs[0])
                                   : add("Flatten", {values_.at(inputs[0])}, name + "/flat");
      return add("Gemm",
                 {flat, constant(name + ".weight", weight(name, ".weight")),
                  constant(name + ".bias", weight(name, ".bias"))},
                 name, {}, {{"transB", 1}});
    }
    const bool unary = op == "sigmoid" || op == "silu" || op == "hard_swish" ||
                       op == "hard_sigmoid" || op == "leaky_relu" || op == "clip";
    if (unary) {
      vector_[name] = vector_[inputs[0]];
      return write_unary(node, op, name, values_.at(inputs[0]), number);
    }
    std::vector<std::string> maps;
    for (const std::string& input : inputs) maps.push_back(as_map(input));
    if (op == "conv2d") {
      const torch::Tensor& filter = weight(name, ".weight");
      return add("Conv",
                 {maps[0], constant(name + ".weight", filter),
                  constant(name + ".bias", weight(name, ".bias"))},
                 name,
                 {{"kernel_shape", {filter.size(2), filter.size(3)}},
                  {"strides", sides_of<2>(node, "stride", 1)},
                  {"pads", sides_of<4>(node, "padding", 0)}},
                 {{"group", node.value("groups", std::int64_t{1})}});
    }
    if (op == "scale_shift") {
      const std::string scaled = add(
          "Mul", {maps[0], constant(name + ".weight", weight(name, ".weight").view({-1, 1, 1}))},
          name + "/scaled");
      return add("Add", {scaled, constant(name + ".bias", weight(name, ".bias").view({-1, 1, 1}))},
                 name);
    }
    if (op == "max_pool2d" || op == "average_pool2d") {
      return write_pool(node, op == "average_pool2d", name, maps[0], shapes_.at(inputs[0]));
    }
    if (op == "global_average_pool") return add("GlobalAveragePool", maps, name);
    if (op == "concat") return add("Concat", maps, name, {}, {{"axis", 1}});
    if (op == "add") return add("Add", maps, name);
    if (op == "mul") return add("Mul", maps, name);
    throw std::runtime_error("node \"" + name + "\" (" + op + ") is not written to ONNX");
  }

  template <class Number>
  std::string write_unary(const Json& node, const std::string& op, const std::string& name,
                          const std::string& x, const Number& number) {
    if (op == "sigmoid") return add("Sigmoid", {x}, name);
    if (op == "silu") return add("Mul", {x, add("Sigmoid", {x}, name + "/sigmoid")}, name);
    if (op == "hard_swish") return add("HardSwish", {x}, name);
    if (op == "hard_sigmoid") {
      return add("HardSigmoid", {x}, name, {}, {},
                 {{"alpha", node.value("alpha", 1.0f / 6)}, {"beta", node.value("beta", 0.5f)}});
    }
    if (op == "leaky_relu")
      return add("LeakyRelu", {x}, name, {}, {}, {{"alpha", number("slope")}});
    const auto bound = [&](const char* key) {
      if (!node.contains(key)) return std::string();
      return constant(name + "." + key, torch::tensor(number(key)));
    };
    const std::string low = bound("low"), high = bound("high");
    return add("Clip", {x, low, high}, name);
  }

  // Rounding up is written as padding behind the map, which readers of ONNX agree on.
  std::string write_pool(const Json& node, bool average, const std::string& name,
                         const std::string& x, const Ints& in) {
    const Ints kernel = sides_of<2>(node, "kernel", 1), stride = sides_of<2>(node, "stride", 1);
    Ints pads = sides_of<4>(node, "padding", 0);
    const Ints& out = shapes_.count(name) > 0 ? shapes_.at(name) : in;
    const bool counts = node.value("count_padding", false);
    std::int64_t ceil = 0;
    if (node.value("ceil", false) && average && counts) {
      ceil = 1;
    } else {
      for (const std::size_t i : {0, 1}) {
        const std::int64_t reach = (out[2 + i] - 1) * stride[i] + kernel[i];
        pads[2 + i] = std::max(pads[2 + i], reach - in[2 + i] - pads[i]);
      }
    }
    std::map<std::string, std::int64_t> settings{{"ceil_mode", ceil}};
    if (average) settings["count_include_pad"] = counts ? 1 : 0;
    return add(average ? "AveragePool" : "MaxPool", {x}, name,
               {{"kernel_shape", kernel}, {"strides", stride}, {"pads", pads}}, settings);
  }

  const FoldedNetwork& network_;
  onnx::ModelProto model_;
  std::map<std::string, Ints> shapes_;         // [N, C, H, W] of every node but the last
  std::map<std::string, std::string> values_;  // by node, what it gives is called
  std::map<std::string, bool> vector_;         // by node, whether that is [N, C]
  std::int64_t labels_ = 0;
};

}  // namespace

std::string to_onnx(const ExportedNetwork& network) {
  return Writer(network).write();
}

}  // namespace thoraxlite
