#include "import/onnx_file.h"

// onnx_pb.h would warn in code of its own.
#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wunused-parameter"
#include <onnx/onnx_pb.h>
#pragma GCC diagnostic pop

#include <Eigen/Core>
#include <cstring>
#include <limits>
#include <utility>

namespace thoraxlite {
namespace {

constexpr std::int64_t kMostElements = std::int64_t{1} << 40;

std::string in_quotes(const std::string& text) {
  constexpr std::size_t kMostShown = 200;  // bytes of a name, which may be any text
  return '"' + text.substr(0, kMostShown) + '"';
}

// Beyond those that this library's proto names, newer ones of the standard.
std::string type_name(std::int32_t type) {
  static const std::map<std::int32_t, const char*> names{
      {1, "float32"},       {2, "uint8"},           {3, "int8"},        {4, "uint16"},
      {5, "int16"},         {6, "int32"},           {7, "int64"},       {8, "text"},
      {9, "bool"},          {10, "float16"},        {11, "float64"},    {12, "uint32"},
      {13, "uint64"},       {14, "complex64"},      {15, "complex128"}, {16, "bfloat16"},
      {17, "float8e4m3fn"}, {18, "float8e4m3fnuz"}, {19, "float8e5m2"}, {20, "float8e5m2fnuz"},
      {21, "uint4"},        {22, "int4"},           {23, "float4e2m1"}};
  const auto found = names.find(type);
  return found == names.end() ? "element type " + std::to_string(type) : found->second;
}

// What the bytes of raw_data are, each a value of T.
template <class T, class To, class Convert>
bool take_raw(ByteView bytes, std::vector<To>& values, Convert convert) {
  if (bytes.size % sizeof(T) != 0) return false;
  values.reserve(bytes.size / sizeof(T));
  for (std::size_t at = 0; at < bytes.size; at += sizeof(T)) {
    T value;
    std::memcpy(&value, bytes.data + at, sizeof(T));
    values.push_back(convert(value));
  }
  return true;
}

float half_to_float(std::uint16_t bits) {
  return static_cast<float>(Eigen::numext::bit_cast<Eigen::half>(bits));
}

float bfloat16_to_float(std::uint16_t bits) {
  return Eigen::numext::bit_cast<float>(static_cast<std::uint32_t>(bits) << 16);
}

// Of raw_data; false where the bytes are no whole number of elements.
bool take_raw_values(std::int32_t type, ByteView bytes, OnnxTensor& tensor) {
  const auto number = [](auto value) { return static_cast<float>(value); };
  const auto integer = [](auto value) { return static_cast<std::int64_t>(value); };
  switch (type) {
    case onnx::TensorProto::FLOAT:
      return take_raw<float>(bytes, tensor.floats, number);
    case onnx::TensorProto::DOUBLE:
      return take_raw<double>(bytes, tensor.floats, number);
    case onnx::TensorProto::FLOAT16:
      return take_raw<std::uint16_t>(bytes, tensor.floats, half_to_float);
    case onnx::TensorProto::BFLOAT16:
      return take_raw<std::uint16_t>(bytes, tensor.floats, bfloat16_to_float);
    case onnx::TensorProto::BOOL:
    case onnx::TensorProto::UINT8:
      return take_raw<std::uint8_t>(bytes, tensor.integers, integer);
    case onnx::TensorProto::INT8:
      return take_raw<std::int8_t>(bytes, tensor.integers, integer);
    case onnx::TensorProto::UINT16:
      return take_raw<std::uint16_t>(bytes, tensor.integers, integer);
    case onnx::TensorProto::INT16:
      return take_raw<std::int16_t>(bytes, tensor.integers, integer);
    case onnx::TensorProto::UINT32:
      return take_raw<std::uint32_t>(bytes, tensor.integers, integer);
    case onnx::TensorProto::INT32:
      return take_raw<std::int32_t>(bytes, tensor.integers, integer);
    case onnx::TensorProto::UINT64:
      return take_raw<std::uint64_t>(bytes, tensor.integers, integer);
    case onnx::TensorProto::INT64:
      return take_raw<std::int64_t>(bytes, tensor.integers, integer);
    default:
      return true;  // known by its name alone
  }
}

void take_listed_values(const onnx::TensorProto& from, OnnxTensor& tensor) {
  switch (from.data_type()) {
    case onnx::TensorProto::FLOAT:
      tensor.floats.assign(from.float_data().begin(), from.float_data().end());
      break;
    case onnx::TensorProto::DOUBLE:
      for (const double value : from.double_data()) {
        tensor.floats.push_back(static_cast<float>(value));
      }
      break;
    case onnx::TensorProto::FLOAT16:
    case onnx::TensorProto::BFLOAT16:
      for (const std::int32_t bits : from.int32_data()) {
        const auto half = static_cast<std::uint16_t>(bits);
        tensor.floats.push_back(from.data_type() == onnx::TensorProto::FLOAT16
                                    ? half_to_float(half)
                                    : bfloat16_to_float(half));
      }
      break;
    case onnx::TensorProto::BOOL:
    case onnx::TensorProto::UINT8:
    case onnx::TensorProto::INT8:
    case onnx::TensorProto::UINT16:
    case onnx::TensorProto::INT16:
    case onnx::TensorProto::INT32:
      tensor.integers.assign(from.int32_data().begin(), from.int32_data().end());
      break;
    case onnx::TensorProto::INT64:
      tensor.integers.assign(from.int64_data().begin(), from.int64_data().end());
      break;
    case onnx::TensorProto::UINT32:
    case onnx::TensorProto::UINT64:
      for (const std::uint64_t value : from.uint64_data()) {
        tensor.integers.push_back(static_cast<std::int64_t>(value));
      }
      break;
    default:
      break;
  }
}

bool has_known_values(std::int32_t type) {
  return (type >= 1 && type <= 7) || (type >= 9 && type <= 13) || type == 16;
}

// A whole number that is not negative; nothing for any other text.
std::optional<std::int64_t> whole_number(const std::string& text) {
  if (text.empty() || text.size() > 18) return std::nullopt;
  std::int64_t value = 0;
  for (const char digit : text) {
    if (digit < '0' || digit > '9') return std::nullopt;
    value = value * 10 + (digit - '0');
  }
  return value;
}

Result<OnnxExternalData> external_data_of(const onnx::TensorProto& from, const std::string& where) {
  OnnxExternalData external;
  for (const auto& entry : from.external_data()) {
    if (entry.key() == "location") external.location = entry.value();
    if (entry.key() != "offset" && entry.key() != "length") continue;
    const std::optional<std::int64_t> number = whole_number(entry.value());
    if (!number) {
      return fail(where + " lies in another file at the " + entry.key() + " " +
                  in_quotes(entry.value()) + "; expected a whole number of bytes");
    }
    (entry.key() == "offset" ? external.offset : external.length.emplace()) = *number;
  }
  if (external.location.empty()) return fail(where + " lies in another file that has no name");
  return external;
}

// As many elements as the dims say.
Result<OnnxTensor> checked(OnnxTensor tensor, const std::string& where) {
  const std::size_t count = tensor.floats.size() + tensor.integers.size();
  const std::int64_t wanted = elements_of(tensor.dims).value_or(-1);
  if (static_cast<std::int64_t>(count) != wanted) {
    return fail(where + " has " + std::to_string(count) + " elements; its dims " +
                shown_dims(tensor.dims) + " want " + std::to_string(wanted));
  }
  return tensor;
}

Result<OnnxTensor> filled(OnnxTensor tensor, ByteView bytes, const std::string& where) {
  if (!take_raw_values(tensor.element_type, bytes, tensor)) {
    return fail(where + " has " + std::to_string(bytes.size) +
                " bytes, which is no whole number of " + tensor.type);
  }
  return checked(std::move(tensor), where);
}

Result<OnnxTensor> tensor_of(const onnx::TensorProto& from, const std::string& where) {
  OnnxTensor tensor;
  tensor.name = from.name();
  tensor.dims.assign(from.dims().begin(), from.dims().end());
  tensor.element_type = from.data_type();
  tensor.type = type_name(tensor.element_type);
  for (const std::int64_t length : tensor.dims) {
    if (length < 0) return fail(where + " has the dims " + shown_dims(tensor.dims));
  }
  if (!elements_of(tensor.dims)) {
    return fail(where + " has the dims " + shown_dims(tensor.dims) + ", which is too large");
  }
  if (from.has_segment()) return fail(where + " is cut into segments, which nothing writes");
  if (from.data_location() == onnx::TensorProto::EXTERNAL) {
    Result<OnnxExternalData> external = external_data_of(from, where);
    if (!external) return tl::unexpected(external.error());
    tensor.external = std::move(*external);
    return tensor;
  }
  if (!has_known_values(tensor.element_type)) return tensor;
  if (from.has_raw_data()) {
    const std::string& bytes = from.raw_data();
    return filled(std::move(tensor),
                  {reinterpret_cast<const std::uint8_t*>(bytes.data()), bytes.size()}, where);
  }
  take_listed_values(from, tensor);
  return checked(std::move(tensor), where);
}

Result<OnnxAttribute> attribute_of(const onnx::AttributeProto& from, const std::string& where) {
  using Kind = OnnxAttribute::Kind;
  OnnxAttribute attribute;
  switch (from.type()) {
    case onnx::AttributeProto::INT:
      attribute.kind = Kind::integer;
      attribute.integer = from.i();
      break;
    case onnx::AttributeProto::FLOAT:
      attribute.kind = Kind::number;
      attribute.number = from.f();
      break;
    case onnx::AttributeProto::STRING:
      attribute.kind = Kind::text;
      attribute.text = from.s();
      break;
    case onnx::AttributeProto::INTS:
      attribute.kind = Kind::integers;
      attribute.integers.assign(from.ints().begin(), from.ints().end());
      break;
    case onnx::AttributeProto::FLOATS:
      attribute.kind = Kind::numbers;
      attribute.numbers.assign(from.floats().begin(), from.floats().end());
      break;
    case onnx::AttributeProto::TENSOR: {
      attribute.kind = Kind::tensor;
      Result<OnnxTensor> tensor = tensor_of(from.t(), "the tensor of " + where);
      if (!tensor) return tl::unexpected(tensor.error());
      attribute.tensor = std::move(*tensor);
      break;
    }
    default:
      break;  // a graph, texts: of no operator that is known here
  }
  return attribute;
}

Result<OnnxNode> node_of(const onnx::NodeProto& from, int index) {
  OnnxNode node;
  node.name = from.name();
  node.op = from.op_type();
  node.domain = from.domain() == "ai.onnx" ? "" : from.domain();
  node.inputs.assign(from.input().begin(), from.input().end());
  node.outputs.assign(from.output().begin(), from.output().end());
  const std::string where =
      node.name.empty() ? "node " + std::to_string(index + 1) : "node " + in_quotes(node.name);
  for (const auto& attribute : from.attribute()) {
    Result<OnnxAttribute> read =
        attribute_of(attribute, "the attribute " + in_quotes(attribute.name()) + " of " + where);
    if (!read) return tl::unexpected(read.error());
    if (!node.attributes.emplace(attribute.name(), std::move(*read)).second) {
      return fail(where + " has the attribute " + in_quotes(attribute.name()) + " twice");
    }
  }
  return node;
}

OnnxValue value_of(const onnx::ValueInfoProto& from) {
  OnnxValue value;
  value.name = from.name();
  if (!from.has_type() || !from.type().has_tensor_type()) return value;
  const auto& type = from.type().tensor_type();
  value.type = type_name(type.elem_type());
  if (!type.has_shape()) return value;
  value.dims.emplace();
  for (const auto& dim : type.shape().dim()) {
    value.dims->push_back(dim.has_dim_value() && dim.dim_value() >= 0 ? dim.dim_value() : -1);
  }
  return value;
}

template <class Message>
bool parse(ByteView file, Message& message) {
  return file.size <= static_cast<std::size_t>(std::numeric_limits<int>::max()) &&
         message.ParseFromArray(file.data, static_cast<int>(file.size));
}

}  // namespace

Result<OnnxFile> read_onnx(ByteView file) {
  onnx::ModelProto model;
  if (!parse(file, model) || !model.has_ir_version()) {
    return fail("this is no ONNX file, or a damaged one");
  }
  OnnxFile read;
  read.ir_version = model.ir_version();
  read.producer = model.producer_name();
  if (!model.producer_version().empty()) read.producer += " " + model.producer_version();
  for (const auto& entry : model.metadata_props()) read.metadata[entry.key()] = entry.value();
  for (const auto& set : model.opset_import()) {
    read.opsets[set.domain() == "ai.onnx" ? "" : set.domain()] = set.version();
  }
  const onnx::GraphProto& graph = model.graph();
  if (graph.node_size() == 0) return fail("its graph has no nodes");
  if (graph.sparse_initializer_size() > 0) {
    return fail("it has sparse constants; expected dense ones");
  }
  for (const auto& constant : graph.initializer()) {
    Result<OnnxTensor> tensor = tensor_of(constant, "the constant " + in_quotes(constant.name()));
    if (!tensor) return tl::unexpected(tensor.error());
    if (!read.constants.emplace(constant.name(), std::move(*tensor)).second) {
      return fail("the constant " + in_quotes(constant.name()) + " is there twice");
    }
  }
  for (const auto& node : graph.node()) {
    Result<OnnxNode> taken = node_of(node, static_cast<int>(read.nodes.size()));
    if (!taken) return tl::unexpected(taken.error());
    read.nodes.push_back(std::move(*taken));
  }
  for (const auto& input : graph.input()) {
    if (read.constants.count(input.name()) == 0) read.inputs.push_back(value_of(input));
  }
  for (const auto& output : graph.output()) read.outputs.push_back(value_of(output));
  return read;
}

Result<OnnxTensor> read_onnx_tensor(ByteView file) {
  onnx::TensorProto tensor;
  if (!parse(file, tensor)) return fail("this is no tensor of ONNX, or a damaged one");
  return tensor_of(tensor, "the tensor " + in_quotes(tensor.name()));
}

Result<OnnxTensor> with_values(OnnxTensor external, ByteView bytes) {
  external.external.reset();
  const std::string where = "the constant " + in_quotes(external.name);
  if (!has_known_values(external.element_type)) return external;
  return filled(std::move(external), bytes, where);
}

std::optional<std::int64_t> elements_of(const std::vector<std::int64_t>& dims) {
  std::int64_t count = 1;
  for (const std::int64_t length : dims) {
    if (length < 0 || (length > 0 && count > kMostElements / length)) return std::nullopt;
    count *= length;
  }
  return count;
}

std::string shown_dims(const std::vector<std::int64_t>& dims) {
  std::string text = "[";
  for (std::size_t i = 0; i < dims.size(); ++i) {
    if (i > 0) text += ", ";
    text += dims[i] == -1 ? "?" : std::to_string(dims[i]);
  }
  return text + "]";
}

}  // namespace thoraxlite
