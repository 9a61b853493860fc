#include "models/state_dict.h"

#include <caffe2/serialize/in_memory_adapter.h>
#include <caffe2/serialize/inline_container.h>
#include <torch/torch.h>

#include <algorithm>
#include <array>
#include <cstring>
#include <functional>
#include <iostream>
#include <stdexcept>

#include "data/file_bytes.h"
#include "models/saved_tensors.h"
#include "screen/terminal_text.h"

namespace thoraxlite {
namespace {

constexpr std::array<std::uint8_t, 4> kZipMagic = {'P', 'K', 3, 4};

// EfficientNet-B7 with Adam's two averages of each weight has 0.8 GB.
constexpr std::uintmax_t kMaxWeightBytes = std::uintmax_t{4} << 30;

bool is_zip(ByteView bytes) {
  return bytes.size >= kZipMagic.size() &&
         std::equal(kZipMagic.begin(), kZipMagic.end(), bytes.data);
}

torch::ScalarType scalar_type(ElementType type) {
  switch (type) {
    case ElementType::float16:
      return torch::kFloat16;
    case ElementType::bfloat16:
      return torch::kBFloat16;
    case ElementType::float32:
      return torch::kFloat32;
    case ElementType::float64:
      return torch::kFloat64;
    case ElementType::int64:
      return torch::kInt64;
    case ElementType::int32:
      return torch::kInt32;
    case ElementType::int16:
      return torch::kInt16;
    case ElementType::int8:
      return torch::kInt8;
    case ElementType::uint8:
      return torch::kUInt8;
    case ElementType::boolean:
      return torch::kBool;
  }
  throw std::logic_error("an element type without a name");
}

torch::Tensor tensor_of(const SavedTensor& saved, ByteView storage) {
  const torch::ScalarType type = scalar_type(saved.type);
  const ByteView bytes = elements_of(saved, storage);
  if (bytes.size == 0) return torch::empty(saved.sizes, type);
  // The file's bytes need not be aligned for their type.
  const torch::Tensor values =
      torch::empty({static_cast<std::int64_t>(bytes.size / bytes_of(saved.type))}, type);
  std::memcpy(values.data_ptr(), bytes.data, bytes.size);
  return values.as_strided(saved.sizes, saved.strides).contiguous();
}

using Storage = std::function<ByteView(const std::string&)>;

// Tensors may share a storage; many of one large storage could ask for more memory than there is.
TensorsByName tensors_of(const SavedTensors& saved, const Storage& storage) {
  TensorsByName tensors;
  std::uintmax_t total = 0;
  for (const auto& [name, tensor] : saved.tensors) {
    try {
      tensors[name] = tensor_of(tensor, storage(tensor.storage));
      total += tensors[name].nbytes();
      if (total > kMaxWeightBytes) throw std::runtime_error("the tensors are too large together");
    } catch (const std::exception& error) {
      throw std::runtime_error("tensor \"" + name + "\": " + error.what());
    }
  }
  return tensors;
}

TensorsByName read_zip(ByteView bytes, SavedTensors& saved) {
  constexpr const char* kTorchScript =
      "a TorchScript archive, as best.pt of a run is: give the run's folder; else expected "
      "torch.save(model.state_dict(), file)";
  // Before LibTorch's reader unpacks any: an entry may claim to become larger than all memory.
  if (has_compressed_entry(bytes)) {
    throw std::runtime_error(std::string("its archive is compressed; it may be ") + kTorchScript);
  }
  caffe2::serialize::PyTorchStreamReader reader(
      std::make_shared<caffe2::serialize::MemoryReadAdapter>(bytes.data,
                                                             static_cast<off_t>(bytes.size)));
  if (reader.hasRecord("constants.pkl")) throw std::runtime_error(kTorchScript);
  at::DataPtr kept;
  const auto record = [&](const std::string& name) -> ByteView {
    if (!reader.hasRecord(name)) throw std::runtime_error("the archive has no " + name);
    std::size_t size = 0;
    std::tie(kept, size) = reader.getRecord(name);
    return {static_cast<const std::uint8_t*>(kept.get()), size};
  };
  if (reader.hasRecord("byteorder")) {
    const ByteView order = record("byteorder");
    if (std::string(order.data, order.data + order.size) != "little") {
      throw std::runtime_error("its numbers are big-endian; expected little-endian");
    }
  }
  ByteView pickle = record("data.pkl");
  saved = find_tensors(read_pickle(pickle));
  return tensors_of(saved, [&](const std::string& key) { return record("data/" + key); });
}

TensorsByName read_stream(ByteView bytes, SavedTensors& saved) {
  const SavedStream stream = read_saved_stream(bytes);
  saved = stream.saved;
  return tensors_of(stream.saved, [&](const std::string& key) {
    const auto found = stream.storages.find(key);
    if (found == stream.storages.end()) throw std::runtime_error("its storage is missing");
    return found->second;
  });
}

}  // namespace

SavedNetwork read_saved_network(const std::filesystem::path& file) {
  const std::vector<std::uint8_t> bytes = require_file(file, kMaxWeightBytes);
  try {
    SavedTensors saved;
    TensorsByName tensors;
    if (is_zip(view(bytes))) {
      tensors = read_zip(view(bytes), saved);
    } else if (is_saved_stream(view(bytes))) {
      tensors = read_stream(view(bytes), saved);
    } else {
      throw std::runtime_error("not a file that torch.save wrote");
    }
    for (const std::string& note : saved.notes) {
      std::cerr << file.string() << ": " << printable(note) << "\n";
    }
    return {std::move(tensors), saved.module, saved.labels};
  } catch (const std::exception& error) {
    const std::string reason = error.what();
    throw std::runtime_error(file.string() + ": " + reason.substr(0, reason.find('\n')));
  }
}

TensorsByName read_state_dict(const std::filesystem::path& file) {
  return read_saved_network(file).tensors;
}

bool is_torchscript(const std::filesystem::path& file) {
  const std::vector<std::uint8_t> bytes = require_file(file, kMaxWeightBytes);
  return is_zip(view(bytes)) && has_constants(view(bytes));
}

}  // namespace thoraxlite
