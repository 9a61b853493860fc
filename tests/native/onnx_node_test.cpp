// ONNX's files and operators, as far as ONNX's own cases (tests/onnx) leave open: what is refused,
// and what older and newer versions of the standard say otherwise.
#include "import/onnx_node.h"

#include <doctest/doctest.h>

#include <cstring>

using namespace thoraxlite;
using OrderedJson = nlohmann::ordered_json;
using Dims = std::vector<std::int64_t>;

namespace {

using Kind = OnnxAttribute::Kind;

OnnxAttribute integer(std::int64_t value) {
  OnnxAttribute attribute;
  attribute.kind = Kind::integer;
  attribute.integer = value;
  return attribute;
}

OnnxAttribute integers(Dims values) {
  OnnxAttribute attribute;
  attribute.kind = Kind::integers;
  attribute.integers = std::move(values);
  return attribute;
}

OnnxAttribute number(float value) {
  OnnxAttribute attribute;
  attribute.kind = Kind::number;
  attribute.number = value;
  return attribute;
}

OnnxAttribute text(std::string value) {
  OnnxAttribute attribute;
  attribute.kind = Kind::text;
  attribute.text = std::move(value);
  return attribute;
}

OnnxTensor floats(Dims dims, std::vector<float> values) {
  OnnxTensor tensor;
  tensor.dims = std::move(dims);
  tensor.type = "float32";
  tensor.floats = std::move(values);
  return tensor;
}

OnnxTensor zeros(const Dims& dims) {
  return floats(dims, std::vector<float>(static_cast<std::size_t>(elements_of(dims).value())));
}

struct Case {
  OnnxNode node;
  std::vector<OnnxTensor> constants;
  std::vector<OnnxOperand> operands;
  std::int64_t opset = 13;

  Case(std::string op, std::vector<Dims> maps, std::vector<OnnxTensor> after = {})
      : constants(std::move(after)) {
    node.name = "n";
    node.op = std::move(op);
    node.outputs = {"y"};
    for (Dims& dims : maps) operands.push_back({std::move(dims), nullptr});
    for (const OnnxTensor& tensor : constants) operands.push_back({tensor.dims, &tensor});
    for (std::size_t i = 0; i < operands.size(); ++i)
      node.inputs.push_back("x" + std::to_string(i));
  }

  Case& with(const std::string& name, OnnxAttribute attribute) {
    node.attributes[name] = std::move(attribute);
    return *this;
  }

  Result<MappedNode> map() const { return map_onnx_node(node, opset, operands); }
  std::string error() const {
    const auto mapped = map();
    return mapped ? "none" : mapped.error().message;
  }
  OrderedJson description() const {
    const auto mapped = map();
    REQUIRE_MESSAGE(mapped.has_value(), mapped.error().message);
    return mapped->description;
  }
};

const Dims kMap{1, 4, 9, 8};

Case conv() {
  return Case("Conv", {kMap}, {zeros({6, 4, 3, 3}), zeros({6})});
}

Case pool() {
  return Case("MaxPool", {kMap}).with("kernel_shape", integers({3, 2}));
}

// Protobuf's wire format, as much of it as the tests need.
std::string varint(std::uint64_t value) {
  std::string bytes;
  for (; value >= 0x80; value >>= 7) bytes += static_cast<char>(value | 0x80);
  return bytes + static_cast<char>(value);
}

std::string field(int number, std::uint64_t value) {
  return varint(static_cast<std::uint64_t>(number) << 3) + varint(value);
}

std::string field(int number, const std::string& bytes) {
  return varint(static_cast<std::uint64_t>(number) << 3 | 2) + varint(bytes.size()) + bytes;
}

std::string made_tensor(const std::string& name, const Dims& dims, int type,
                        const std::string& raw) {
  std::string bytes;
  for (const std::int64_t length : dims) bytes += field(1, static_cast<std::uint64_t>(length));
  return bytes + field(2, static_cast<std::uint64_t>(type)) + field(8, name) + field(9, raw);
}

std::string made_model(const std::string& graph) {
  return field(1, 8) + field(2, std::string("maker")) + field(3, std::string("1.0")) +
         field(7, graph) + field(8, field(2, 17));
}

const std::string kNode = field(1, field(1, std::string("x")) + field(2, std::string("y")) +
                                       field(3, std::string("r")) + field(4, std::string("Relu")));

Result<OnnxFile> read(const std::string& bytes) {
  return read_onnx({reinterpret_cast<const std::uint8_t*>(bytes.data()), bytes.size()});
}

std::string error_of(const std::string& graph) {
  const auto file = read(made_model(graph));
  return file ? "none" : file.error().message;
}

}  // namespace

TEST_CASE("a convolution of ONNX becomes one of ours") {
  CHECK(conv().description() == OrderedJson{{"op", "conv2d"}});
  Case all = conv();
  all.constants[0].dims = {6, 2, 3, 3};
  all.constants[0].floats.resize(6 * 2 * 9);
  all.operands[1].dims = all.constants[0].dims;
  all.with("group", integer(2))
      .with("strides", integers({2, 1}))
      .with("pads", integers({0, 1, 2, 1}));
  all.with("dilations", integers({1, 1})).with("kernel_shape", integers({3, 3}));
  CHECK(
      all.description() ==
      OrderedJson{{"op", "conv2d"}, {"groups", 2}, {"stride", {2, 1}}, {"padding", {0, 1, 2, 1}}});
  CHECK(all.map()->tensors.at("weight").shape == Dims{6, 2, 3, 3});
  CHECK(all.map()->reads == std::vector<std::size_t>{0});

  // 9 x 8 by 3 x 3 at stride 2: five and four windows, for which 2 and 1 are missing.
  Case same = conv();
  same.with("strides", integers({2, 2})).with("auto_pad", text("SAME_UPPER"));
  CHECK(same.description()["padding"] == OrderedJson{1, 0, 1, 1});
  same.with("auto_pad", text("SAME_LOWER"));
  CHECK(same.description()["padding"] == OrderedJson{1, 1, 1, 0});
  same.with("auto_pad", text("VALID"));
  CHECK_FALSE(same.description().contains("padding"));

  Case without_bias("Conv", {kMap}, {zeros({6, 4, 3, 3})});
  CHECK(without_bias.map()->tensors.at("bias").values == std::vector<float>(6, 0.0f));
}

TEST_CASE("a convolution that cannot be had is refused with its name and what is in the way") {
  CHECK(conv().with("dilations", integers({2, 2})).error() ==
        "node \"n\" (Conv) has the attribute \"dilations\" of [2,2]; expected [1, 1]");
  CHECK(conv().with("strides", integers({0, 1})).error() ==
        "node \"n\" (Conv) has the attribute \"strides\" of [0,1]; expected two, above 0");
  CHECK(conv().with("pads", integers({0, 0, -1, 0})).error() ==
        "node \"n\" (Conv) has the attribute \"pads\" of [0,0,-1,0]; expected four, none below 0");
  CHECK(conv().with("auto_pad", text("SAME")).error() ==
        "node \"n\" (Conv) has the attribute \"auto_pad\" of \"SAME\"");
  CHECK(conv().with("auto_pad", integer(1)).error() ==
        "node \"n\" (Conv) has the attribute \"auto_pad\" of another kind");
  CHECK(conv().with("kernel_shape", integers({5, 5})).error() ==
        "node \"n\" (Conv) has a window of [5, 5]; expected [3, 3]");
  CHECK(conv().with("mode", integer(1)).error() == "node \"n\" (Conv) has the attribute \"mode\"");
  CHECK(Case("Conv", {{1, 4, 9}}, {zeros({6, 4, 3})}).error() ==
        "node \"n\" (Conv) reads a map of [1, 4, 9]; expected [N, C, H, W], the last three known");
  CHECK(
      Case("Conv", {{1, 4, -1, 9}}, {zeros({6, 4, 3, 3})}).error() ==
      "node \"n\" (Conv) reads a map of [1, 4, ?, 9]; expected [N, C, H, W], the last three known");
  CHECK(Case("Conv", {kMap, {6, 4, 3, 3}}).error() ==
        "node \"n\" (Conv) computes a weight; expected a constant");
  Case integral = conv();
  integral.constants[0].type = "int8";
  integral.constants[0].floats.clear();
  integral.constants[0].integers.assign(6 * 4 * 9, 1);
  CHECK(integral.error() ==
        "node \"n\" (Conv) has a weight of int8, [6, 4, 3, 3]; expected float32 or float16");
  Case elsewhere = conv();
  elsewhere.constants[1].external = OnnxExternalData{"weights.bin", 0, {}};
  CHECK(elsewhere.error() ==
        "node \"n\" (Conv) has a bias of float32, [6]; expected float32 or float16");
  Case unnamed = conv();
  unnamed.node.name.clear();
  unnamed.with("mode", integer(1));
  CHECK(unnamed.error() == "the node that gives \"y\" (Conv) has the attribute \"mode\"");
}

TEST_CASE("pools of ONNX become ours, or are refused") {
  CHECK(pool().description() ==
        OrderedJson{{"op", "max_pool2d"}, {"kernel", {3, 2}}, {"stride", 1}});
  Case average("AveragePool", {kMap});
  average.with("kernel_shape", integers({2, 2})).with("strides", integers({2, 2}));
  average.with("ceil_mode", integer(1)).with("count_include_pad", integer(1));
  CHECK(average.description() == OrderedJson{{"op", "average_pool2d"},
                                             {"kernel", 2},
                                             {"stride", 2},
                                             {"ceil", true},
                                             {"count_padding", true}});
  CHECK(pool().with("count_include_pad", integer(1)).error() ==
        "node \"n\" (MaxPool) has the attribute \"count_include_pad\"");
  Case indices = pool();
  indices.node.outputs.push_back("where");
  CHECK(indices.error() ==
        "node \"n\" (MaxPool) gives indices as well; expected the maximum alone");
  CHECK(Case("MaxPool", {kMap}).error() ==
        "node \"n\" (MaxPool) lacks the attribute \"kernel_shape\"");
  CHECK(pool().with("dilations", integers({1, 2})).error() ==
        "node \"n\" (MaxPool) has the attribute \"dilations\" of [1,2]; expected [1, 1]");
  // Of one position: at a stride of 1 nothing.
  CHECK(pool().with("kernel_shape", integers({1, 1})).description().empty());
  CHECK(pool().with("kernel_shape", integers({1, 1})).with("strides", integers({2, 2})).error() ==
        "node \"n\" (MaxPool) has a window of one position");
  CHECK(Case("GlobalAveragePool", {kMap}).description() ==
        OrderedJson{{"op", "global_average_pool"}});
  const auto mean = [](Dims axes) {
    return Case("ReduceMean", {kMap}).with("axes", integers(axes));
  };
  CHECK(mean({-1, 2}).description() == OrderedJson{{"op", "global_average_pool"}});
  CHECK(mean({1, 2}).error() ==
        "node \"n\" (ReduceMean) is over the axes [1, 2]; expected the two sides of a map");
  OnnxTensor axes;
  axes.dims = {2};
  axes.type = "int64";
  axes.integers = {2, 3};
  Case newer("ReduceMean", {kMap}, {axes});
  newer.opset = 18;
  CHECK(newer.description() == OrderedJson{{"op", "global_average_pool"}});
}

TEST_CASE("arithmetic of ONNX becomes add, mul, or a scale and a shift") {
  CHECK(Case("Add", {kMap, kMap}).description() == OrderedJson{{"op", "add"}});
  const Case scaled("Mul", {{1, 4, 1, 1}, kMap});
  CHECK(scaled.description() == OrderedJson{{"op", "mul"}});
  CHECK(scaled.map()->reads == std::vector<std::size_t>{1, 0});
  CHECK(
      Case("Mul", {kMap, {1, 4, 1, 8}}).error() ==
      "node \"n\" (Mul) is of maps of [1, 4, 9, 8] and [1, 4, 1, 8]; expected one shape, or of one "
      "a value for each channel of the other");
  // Aligned at the end, four values stand along the width.
  CHECK(Case("Mul", {{1, 4, 9, 4}, {1, 4}}).error() ==
        "node \"n\" (Mul) is of maps of [1, 4, 9, 4] and [1, 4]; expected as many dims of both");
  CHECK(Case("Add", {{1, 4}, {1, 4}}).description() == OrderedJson{{"op", "add"}});
  CHECK(Case("Sub", {kMap, kMap}).error() ==
        "node \"n\" (Sub) is of two maps; expected one map and a constant");

  const auto by = [](const char* op, Dims dims, std::vector<float> values) {
    return Case(op, {kMap}, {floats(std::move(dims), std::move(values))});
  };
  const auto weights = [](const Case& made) { return made.map()->tensors.at("weight").values; };
  const auto shifts = [](const Case& made) { return made.map()->tensors.at("bias").values; };
  CHECK(weights(by("Div", {4, 1, 1}, {1, 2, 4, 8})) == std::vector<float>{1, 0.5f, 0.25f, 0.125f});
  CHECK(shifts(by("Sub", {}, {3})) == std::vector<float>(4, -3));
  Case turned("Sub", {}, {floats({1}, {3})});
  turned.operands.push_back({kMap, nullptr});
  turned.node.inputs.push_back("x1");
  CHECK(weights(turned) == std::vector<float>(4, -1));
  CHECK(shifts(turned) == std::vector<float>(4, 3));
  CHECK(turned.map()->reads == std::vector<std::size_t>{1});
  turned.node.op = "Div";
  CHECK(turned.error() == "node \"n\" (Div) divides a constant by a map");
  CHECK(by("Div", {}, {0}).error() == "node \"n\" (Div) divides by 0");
  CHECK(by("Add", {4, 9, 8}, std::vector<float>(4 * 9 * 8)).error() ==
        "node \"n\" (Add) has a constant of [4, 9, 8]; expected one value, or one a channel");
  CHECK(by("Add", {8}, std::vector<float>(8)).error() ==
        "node \"n\" (Add) has a constant of [8]; expected one value, or one a channel");
  // A grey picture less the mean of three colours is three channels.
  const Case colours("Sub", {{1, 1, 9, 8}}, {floats({3, 1, 1}, {1, 2, 3})});
  CHECK(colours.description() == OrderedJson{{"op", "conv2d"}});
  CHECK(colours.map()->tensors.at("weight").shape == Dims{3, 1, 1, 1});
  CHECK(shifts(colours) == std::vector<float>{-1, -2, -3});

  Case norm("BatchNormalization", {kMap},
            {floats({4}, {1, 2, 3, 4}), floats({4}, {0, 1, 2, 3}), floats({4}, {1, 1, 1, 1}),
             floats({4}, {3, 3, 3, 3})});
  norm.with("epsilon", number(1));
  CHECK(weights(norm) == std::vector<float>{0.5f, 1, 1.5f, 2});
  CHECK(shifts(norm) == std::vector<float>{-0.5f, 0, 0.5f, 1});
  CHECK(norm.with("training_mode", integer(1)).error() ==
        "node \"n\" (BatchNormalization) is in training mode; expected the statistics of a trained "
        "network");
}

TEST_CASE("activations of ONNX become ours, by the version of the standard") {
  CHECK(Case("Relu", {kMap}).description() == OrderedJson{{"op", "clip"}, {"low", 0}});
  CHECK(Case("LeakyRelu", {kMap}).with("alpha", number(0.5f)).description() ==
        OrderedJson{{"op", "leaky_relu"}, {"slope", 0.5f}});
  CHECK(Case("HardSigmoid", {kMap}).description() ==
        OrderedJson{{"op", "hard_sigmoid"}, {"alpha", 0.2f}, {"beta", 0.5f}});
  CHECK(Case("HardSwish", {kMap}).description() == OrderedJson{{"op", "hard_swish"}});
  CHECK(Case("LeakyRelu", {kMap}).with("alpha", number(INFINITY)).error() ==
        "node \"n\" (LeakyRelu) has the attribute \"alpha\", which is not finite");

  Case older("Clip", {kMap});
  older.opset = 6;
  older.with("min", number(0)).with("max", number(6));
  CHECK(older.description() == OrderedJson{{"op", "clip"}, {"low", 0.0f}, {"high", 6.0f}});
  older.with("max", number(3.4028235e38f));
  CHECK(older.description() == OrderedJson{{"op", "clip"}, {"low", 0.0f}});
  older.opset = 11;
  CHECK(older.error() == "node \"n\" (Clip) has the attribute \"max\"");
  const Case newer("Clip", {kMap}, {floats({}, {-1}), floats({}, {1})});
  CHECK(newer.description() == OrderedJson{{"op", "clip"}, {"low", -1.0f}, {"high", 1.0f}});
  CHECK(Case("Clip", {kMap}).description().empty());
  CHECK(Case("Clip", {kMap}, {floats({}, {2}), floats({}, {1})}).error() ==
        "node \"n\" (Clip) has a minimum that is not below its maximum");
  CHECK(Case("Clip", {kMap, {}}).error() ==
        "node \"n\" (Clip) computes a minimum; expected a constant");
}

TEST_CASE("products, joints and what changes nothing") {
  Case gemm("Gemm", {{1, 2}}, {floats({2, 3}, {1, 2, 3, 4, 5, 6}), floats({3}, {1, 2, 3})});
  gemm.with("alpha", number(2)).with("beta", number(3));
  CHECK(gemm.map()->tensors.at("weight").values == std::vector<float>{2, 8, 4, 10, 6, 12});
  CHECK(gemm.map()->tensors.at("bias").values == std::vector<float>{3, 6, 9});
  gemm.with("transB", integer(1));
  CHECK(gemm.error() == "node \"n\" (Gemm) has a matrix of [2, 3]; expected 2 rows");
  CHECK(gemm.with("transA", integer(1)).error() ==
        "node \"n\" (Gemm) has the attribute \"transA\"; expected a vector");
  CHECK(Case("MatMul", {kMap}, {zeros({4, 3})}).error() ==
        "node \"n\" (MatMul) reads a map of [1, 4, 9, 8]; expected a vector, [N, C]");
  CHECK(Case("Concat", {kMap, kMap}).with("axis", integer(-3)).map()->reads ==
        std::vector<std::size_t>{0, 1});
  CHECK(Case("Concat", {kMap, kMap}).with("axis", integer(2)).error() ==
        "node \"n\" (Concat) is along axis 2; expected channels, 1");
  for (const char* op : {"Identity", "Dropout"}) CHECK(Case(op, {kMap}).description().empty());
  CHECK(Case("Flatten", {{1, 4, 1, 1}}).description().empty());
  CHECK(Case("Flatten", {kMap}).error() ==
        "node \"n\" (Flatten) flattens [1, 4, 9, 8] at axis 1; expected [N, C, 1, 1] at axis 1");
}

TEST_CASE("an operator that nobody knows is refused with those that are known") {
  Case unknown("ConvTranspose", {kMap});
  CHECK(unknown.error().find(
            "node \"n\" (ConvTranspose) has no counterpart here; expected one of Add, "
            "AveragePool, BatchNormalization, Clip") == 0);
  Case other = conv();
  other.node.domain = "com.example";
  CHECK(other.error().find("node \"n\" (Conv) of the domain \"com.example\" has no counterpart") ==
        0);
  Case none("Relu", {});
  CHECK(none.error() == "node \"n\" (Relu) reads or gives nothing");
  // Wrong numbers of operands and odd shapes end in a sentence too.
  for (const std::string& op : known_onnx_operators()) {
    for (const std::vector<Dims>& maps :
         {std::vector<Dims>{{}}, std::vector<Dims>{{}, {}}, std::vector<Dims>{{3}, {}, {0}},
          std::vector<Dims>{{1, 0}, {1, 0}}, std::vector<Dims>{{1, 2, 3}, {1, 2, 3, 4, 5}}}) {
      const auto mapped = Case(op, maps).map();
      if (!mapped) CHECK(mapped.error().message.find("node \"n\" (" + op + ")") == 0);
    }
  }
}

TEST_CASE("an ONNX file is read with what it says of itself") {
  const float values[] = {1, 2, 3};
  std::string raw(sizeof values, '\0');
  std::memcpy(raw.data(), values, sizeof values);
  const auto file =
      read(made_model(kNode + field(5, made_tensor("w", {3}, 1, raw)) +
                      field(5, made_tensor("half", {1}, 10, std::string("\0\x3c", 2)))));
  REQUIRE_MESSAGE(file.has_value(), file.error().message);
  CHECK(file->ir_version == 8);
  CHECK(file->producer == "maker 1.0");
  CHECK(file->opsets.at("") == 17);
  REQUIRE(file->nodes.size() == 1);
  CHECK(file->nodes[0].op == "Relu");
  CHECK(file->nodes[0].inputs == std::vector<std::string>{"x"});
  CHECK(file->constants.at("w").floats == std::vector<float>{1, 2, 3});
  CHECK(file->constants.at("half").floats == std::vector<float>{1});
  CHECK(file->constants.at("half").type == "float16");
}

TEST_CASE("a file that is no sound ONNX is refused") {
  for (const std::string& bytes : {std::string(), std::string("not ONNX at all"),
                                   std::string(4, '\0'), std::string("PK\x03\x04")}) {
    CHECK(read(bytes).error().message == "this is no ONNX file, or a damaged one");
  }
  CHECK(error_of("") == "its graph has no nodes");
  CHECK(error_of(kNode + field(5, made_tensor("w", {3}, 1, std::string(11, 'a')))) ==
        "the constant \"w\" has 11 bytes, which is no whole number of float32");
  CHECK(error_of(kNode + field(5, made_tensor("w", {3}, 1, std::string(8, 'a')))) ==
        "the constant \"w\" has 2 elements; its dims [3] want 3");
  CHECK(error_of(kNode + field(5, made_tensor("w", {-2}, 1, ""))) ==
        "the constant \"w\" has the dims [-2]");
  CHECK(error_of(kNode + field(5, made_tensor("w", {1 << 30, 1 << 30}, 1, ""))) ==
        "the constant \"w\" has the dims [1073741824, 1073741824], which is too large");
  const std::string twice = field(5, made_tensor("w", {0}, 1, ""));
  CHECK(error_of(kNode + twice + twice) == "the constant \"w\" is there twice");
  const std::string away = field(14, 1);  // in another file
  const auto entry = [](const char* key, const char* value) {
    return field(13, field(1, std::string(key)) + field(2, std::string(value)));
  };
  const std::string tensor = field(1, 3) + field(2, 1) + field(8, std::string("w")) + away;
  CHECK(error_of(kNode + field(5, tensor)) ==
        "the constant \"w\" lies in another file that has no name");
  CHECK(error_of(kNode + field(5, tensor + entry("location", "a") + entry("offset", "-4"))) ==
        "the constant \"w\" lies in another file at the offset \"-4\"; expected a whole number of "
        "bytes");
  const auto sound =
      read(made_model(kNode + field(5, tensor + entry("location", "../a") + entry("offset", "8") +
                                           entry("length", "12"))));
  REQUIRE(sound.has_value());
  const OnnxTensor& external = sound->constants.at("w");
  CHECK(external.external->location == "../a");
  CHECK(external.external->offset == 8);
  CHECK(external.external->length == 12);
  CHECK_FALSE(external.has_values());
  const std::string bytes(12, '\0');
  const ByteView view{reinterpret_cast<const std::uint8_t*>(bytes.data()), bytes.size()};
  CHECK(with_values(external, view)->floats == std::vector<float>(3, 0.0f));
  CHECK(with_values(external, {view.data, 8}).error().message ==
        "the constant \"w\" has 2 elements; its dims [3] want 3");

  // Cut anywhere, it is refused or says less.
  const std::string whole =
      made_model(kNode + field(5, made_tensor("w", {3}, 1, std::string(12, 'a'))));
  for (std::size_t length = 0; length < whole.size(); ++length) {
    const auto file = read(whole.substr(0, length));
    if (!file) CHECK_FALSE(file.error().message.empty());
  }
}
