// An ONNX file as plain structs: its nodes with their attributes, its constants, its inputs and
// outputs. Nothing of protobuf or of onnx's headers is seen outside of onnx_file.cpp.
//
// Read by Debian's libonnx (protobuf). Newer files than its proto read too: what they added are
// element types and fields, which come as numbers here or are passed over.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "core/result.h"

namespace thoraxlite {

// Where the elements of a tensor lie that are not in the file itself.
struct OnnxExternalData {
  std::string location;     // a path as the file says it: any text, to be checked before use
  std::int64_t offset = 0;  // bytes, not negative
  std::optional<std::int64_t> length;  // bytes, not negative; without it to the end of that file
};

// A constant. Its elements stand in one of floats and integers, in row-major order; in neither
// where they are external, are texts, or are of a type that is known by its name alone.
struct OnnxTensor {
  std::string name;                // empty for the value of an attribute
  std::vector<std::int64_t> dims;  // none is negative; no dims are a scalar
  std::int32_t element_type = 0;   // as the standard's TensorProto.DataType
  std::string type;  // its name, as in "float32", "float16", "float64", "int64", "uint8", "text"
  std::vector<float> floats;  // of float32, and of float64, float16 and bfloat16 as float32
  std::vector<std::int64_t> integers;  // of (u)int8 to (u)int64 and bool
  std::optional<OnnxExternalData> external;

  bool has_values() const { return !external && (!floats.empty() || !integers.empty()); }
};

// One of its values is set, that which kind names.
struct OnnxAttribute {
  enum class Kind { integer, number, text, integers, numbers, tensor, other };
  Kind kind = Kind::other;
  std::int64_t integer = 0;
  float number = 0;
  std::string text;
  std::vector<std::int64_t> integers;
  std::vector<float> numbers;
  OnnxTensor tensor;
};

struct OnnxNode {
  std::string name;                 // may be empty
  std::string op;                   // as in "Conv"
  std::string domain;               // empty for ONNX's own operators
  std::vector<std::string> inputs;  // names of values; empty where an optional one is left out
  std::vector<std::string> outputs;
  std::map<std::string, OnnxAttribute> attributes;
};

// An input or an output.
struct OnnxValue {
  std::string name;
  std::string type;  // as OnnxTensor's; empty where the file does not say, or for no tensor
  // -1 for a length that the file leaves open (dynamic). Nothing where it does not say how many.
  std::optional<std::vector<std::int64_t>> dims;
};

struct OnnxFile {
  std::int64_t ir_version = 0;
  std::map<std::string, std::int64_t> opsets;  // by domain; "" for ONNX's own
  std::string producer;                        // as in "pytorch 2.6.0"
  std::map<std::string, std::string> metadata;
  std::vector<OnnxNode> nodes;  // in the file's order, which ONNX wants to be one of execution
  std::map<std::string, OnnxTensor> constants;  // initializers, by name
  std::vector<OnnxValue> inputs;                // without those that are constants as well
  std::vector<OnnxValue> outputs;
};

// Refuses, each in a sentence without the file's name: what is no ONNX, a graph without nodes, a
// negative length, elements that are more or fewer than the dims say, two constants of one name,
// sparse constants. Any bytes may come; nothing is executed, and no other file is opened.
Result<OnnxFile> read_onnx(ByteView file);

// One tensor in a file of its own, as ONNX's test data has them.
Result<OnnxTensor> read_onnx_tensor(ByteView file);

// The elements of an external tensor, out of the bytes that its offset and length name.
Result<OnnxTensor> with_values(OnnxTensor external, ByteView bytes);

// The number of elements; nothing where it is more than 2^40.
std::optional<std::int64_t> elements_of(const std::vector<std::int64_t>& dims);

// As in [1, 3, 224, 224]; an open length as "?".
std::string shown_dims(const std::vector<std::int64_t>& dims);

}  // namespace thoraxlite
