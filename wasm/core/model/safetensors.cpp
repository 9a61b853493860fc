#include "core/model/safetensors.h"

#include <Eigen/Core>
#include <algorithm>
#include <array>
#include <cstring>
#include <limits>
#include <string_view>
#include <utility>

#include "core/json/json.h"

namespace thoraxlite {
namespace {

struct Dtype {
  std::string_view name;
  std::uint64_t size;  // bytes an element
};

constexpr std::array kDtypes{
    Dtype{"BOOL", 1},    Dtype{"U8", 1},  Dtype{"I8", 1},  Dtype{"F8_E4M3", 1}, Dtype{"I16", 2},
    Dtype{"F8_E5M2", 1}, Dtype{"U16", 2}, Dtype{"F16", 2}, Dtype{"BF16", 2},    Dtype{"I32", 4},
    Dtype{"U32", 4},     Dtype{"F32", 4}, Dtype{"I64", 8}, Dtype{"U64", 8},     Dtype{"F64", 8},
};

tl::unexpected<Error> refuse(const std::string& what) {
  return fail("The file is not valid safetensors: " + what + ".");
}

bool read_unsigned(const Json& value, std::uint64_t& number) {
  if (!value.whole || *value.whole < 0) return false;
  number = static_cast<std::uint64_t>(*value.whole);
  return true;
}

struct Entry {
  std::string name;
  std::uint64_t begin = 0;
  std::uint64_t end = 0;
  TensorView view;
};

Result<Entry> read_entry(const std::string& name, const Json& description) {
  const std::string tensor = "tensor \"" + name + "\"";
  const Json* dtype = description.find("dtype");
  const Json* shape = description.find("shape");
  const Json* offsets = description.find("data_offsets");
  if (dtype == nullptr || shape == nullptr || offsets == nullptr || description.keys.size() != 3) {
    return refuse(tensor + " is not described by dtype, shape and data_offsets");
  }

  Entry entry;
  entry.name = name;
  const auto known = std::find_if(kDtypes.begin(), kDtypes.end(), [dtype](const Dtype& candidate) {
    return dtype->text == candidate.name;
  });
  if (known == kDtypes.end()) return refuse(tensor + " has an unknown dtype");
  entry.view.dtype = known->name;

  if (!shape->is(Json::Kind::array)) return refuse(tensor + " has a shape that is not an array");
  std::uint64_t bytes = known->size;
  for (const Json& element : shape->values) {
    std::uint64_t length = 0;
    if (!read_unsigned(element, length)) {
      return refuse(tensor + " has a shape that is not made of whole numbers");
    }
    if (length != 0 && bytes > std::numeric_limits<std::uint64_t>::max() / length) {
      return refuse(tensor + " has a shape that overflows");
    }
    bytes *= length;
    entry.view.shape.push_back(static_cast<std::int64_t>(length));
  }

  if (!offsets->is(Json::Kind::array) || offsets->values.size() != 2 ||
      !read_unsigned(offsets->values[0], entry.begin) ||
      !read_unsigned(offsets->values[1], entry.end) || entry.begin > entry.end) {
    return refuse(tensor + " has data_offsets that are not a begin and an end");
  }
  if (entry.end - entry.begin != bytes) {
    return refuse(tensor + " has " + std::to_string(entry.end - entry.begin) +
                  " bytes; its shape and dtype need " + std::to_string(bytes));
  }
  return entry;
}

Result<std::map<std::string, std::string>> read_metadata(const Json& object) {
  if (!object.is(Json::Kind::object)) return refuse("__metadata__ is not an object");
  std::map<std::string, std::string> metadata;
  for (std::size_t i = 0; i < object.keys.size(); ++i) {
    const Json& value = object.values[i];
    if (!value.is(Json::Kind::text)) {
      return refuse("__metadata__ holds something that is not a text");
    }
    metadata[object.keys[i]] = value.text;
  }
  return metadata;
}

}  // namespace

Result<Safetensors> parse_safetensors(ByteView file) {
  constexpr std::size_t kLengthBytes = 8;
  if (file.size == 0) return refuse("it is empty");
  if (file.size < kLengthBytes) return refuse("it is shorter than the header's length field");
  std::uint64_t header_size = 0;
  for (std::size_t byte = 0; byte < kLengthBytes; ++byte) {
    header_size |= std::uint64_t{file.data[byte]} << (8 * byte);
  }
  if (header_size > kMaxHeaderBytes) {
    return refuse("its header claims " + std::to_string(header_size) + " bytes; the limit is " +
                  std::to_string(kMaxHeaderBytes));
  }
  if (header_size > file.size - kLengthBytes) return refuse("its header is longer than the file");

  const std::string_view text(reinterpret_cast<const char*>(file.data) + kLengthBytes,
                              static_cast<std::size_t>(header_size));
  if (text.empty() || text.front() != '{') return refuse("its header does not start with {");
  const Result<Json> header = parse_json(text);
  if (!header) return refuse("its header is not sound JSON, " + header.error().message);

  Safetensors result;
  std::multimap<std::pair<std::uint64_t, std::uint64_t>, Entry> entries;  // by begin and end
  for (std::size_t i = 0; i < header->keys.size(); ++i) {
    const std::string& name = header->keys[i];
    const Json& description = header->values[i];
    if (name == "__metadata__") {
      auto metadata = read_metadata(description);
      if (!metadata) return tl::unexpected(metadata.error());
      result.metadata = std::move(*metadata);
      continue;
    }
    Result<Entry> entry = read_entry(name, description);
    if (!entry) return tl::unexpected(entry.error());
    const std::pair span(entry->begin, entry->end);
    entries.emplace(span, std::move(*entry));
  }

  const std::uint8_t* data = file.data + kLengthBytes + text.size();
  const std::uint64_t data_size = file.size - kLengthBytes - text.size();
  std::uint64_t covered = 0;
  for (auto& [span, entry] : entries) {
    const std::string tensor = "tensor \"" + entry.name + "\"";
    if (entry.begin < covered) return refuse(tensor + " overlaps another");
    if (entry.begin > covered) return refuse("there is a hole before " + tensor);
    if (entry.end > data_size) return refuse(tensor + " leaves the file");
    covered = entry.end;
    entry.view.bytes = {data + entry.begin, static_cast<std::size_t>(entry.end - entry.begin)};
    result.tensors[entry.name] = std::move(entry.view);
  }
  if (covered != data_size) return refuse("there are bytes after the last tensor");
  return result;
}

Result<std::vector<float>> to_float32(const TensorView& tensor) {
  if (tensor.dtype == "F32") {
    std::vector<float> values(tensor.bytes.size / sizeof(float));
    // The file need not be aligned for floats. An empty tensor may have no address at all.
    if (!values.empty()) std::memcpy(values.data(), tensor.bytes.data, tensor.bytes.size);
    return values;
  }
  if (tensor.dtype == "F16") {
    std::vector<Eigen::half> halves(tensor.bytes.size / sizeof(Eigen::half));
    if (!halves.empty()) {
      std::memcpy(static_cast<void*>(halves.data()), tensor.bytes.data, tensor.bytes.size);
    }
    return std::vector<float>(halves.begin(), halves.end());
  }
  return fail("its dtype is " + tensor.dtype + "; expected F32 or F16");
}

}  // namespace thoraxlite
