#include "models/state_dict.h"

#include <caffe2/serialize/in_memory_adapter.h>
#include <caffe2/serialize/inline_container.h>
#include <torch/torch.h>

#include <algorithm>
#include <array>
#include <cstring>
#include <functional>
#include <stdexcept>

#include "data/file_bytes.h"
#include "models/pickle.h"

namespace thoraxlite {
namespace {

// Each pickle of the stream from before 1.6 is one of these, in this order: this number, the
// protocol's version, the writer's machine, the object, the keys of the storages that follow.
constexpr std::array<std::uint8_t, 15> kStreamMagic = {
    0x80, 0x02, 0x8a, 0x0a, 0x6c, 0xfc, 0x9c, 0x46, 0xf9, 0x20, 0x6a, 0xa8, 0x50, 0x19, '.'};
constexpr std::array<std::uint8_t, 4> kZipMagic = {'P', 'K', 3, 4};

template <std::size_t N>
bool starts_with(ByteView bytes, const std::array<std::uint8_t, N>& magic) {
  return bytes.size >= N && std::equal(magic.begin(), magic.end(), bytes.data);
}

template <class T>
const T& as(const PickleValue& value, const char* expected) {
  const T* wanted = std::get_if<T>(&value.value);
  if (!wanted) throw std::runtime_error(std::string("it lacks ") + expected);
  return *wanted;
}

const PickleValue& element(const PickleList& list, std::size_t index) {
  if (index >= list->size()) throw std::runtime_error("a tuple is too short");
  return (*list)[index];
}

std::vector<std::int64_t> integers(const PickleValue& tuple) {
  std::vector<std::int64_t> values;
  for (const PickleValue& value : *as<PickleList>(tuple, "a tuple of integers")) {
    values.push_back(as<std::int64_t>(value, "an integer"));
  }
  return values;
}

torch::ScalarType type_of_storage(const std::string& storage) {
  if (storage == "torch.FloatStorage") return torch::kFloat32;
  if (storage == "torch.HalfStorage") return torch::kFloat16;
  if (storage == "torch.BFloat16Storage") return torch::kBFloat16;
  if (storage == "torch.DoubleStorage") return torch::kFloat64;
  if (storage == "torch.LongStorage") return torch::kInt64;
  throw std::runtime_error("its storage is " + storage +
                           "; expected float16, bfloat16, float32, float64 or int64");
}

// A tensor before its values are at hand: which elements of which storage it has.
struct Layout {
  std::string storage;
  torch::ScalarType type;
  std::int64_t offset;  // elements
  std::vector<std::int64_t> sizes, strides;

  std::size_t bytes_an_element() const { return c10::elementSize(type); }
};

// ("storage", type, key, device, elements)
Layout storage_of(const PickleValue& value) {
  const PickleList& id = as<PickleReference>(value, "a storage").id;
  if (as<std::string>(element(id, 0), "the word storage") != "storage") {
    throw std::runtime_error("it refers to something other than a storage");
  }
  // The stream's sixth is a window into a storage, which no state_dict has had since 0.2.
  if (id->size() > 5 && !std::holds_alternative<std::monostate>((*id)[5].value)) {
    throw std::runtime_error("its storages share memory");
  }
  Layout layout{};
  layout.type = type_of_storage(as<PickleGlobal>(element(id, 1), "a type of storage").name);
  layout.storage = as<std::string>(element(id, 2), "a storage's key");
  return layout;
}

Layout layout_of(const PickleValue& value) {
  const auto* call = std::get_if<PickleCall>(&value.value);
  if (!call) throw std::runtime_error("it is not a tensor; expected a state_dict alone");
  if (call->function == "torch._utils._rebuild_parameter") {
    return layout_of(element(call->arguments, 0));
  }
  if (call->function != "torch._utils._rebuild_tensor_v2" &&
      call->function != "torch._utils._rebuild_tensor") {
    throw std::runtime_error("it is made by " + call->function + "; expected a dense tensor");
  }
  Layout layout = storage_of(element(call->arguments, 0));
  layout.offset = as<std::int64_t>(element(call->arguments, 1), "an offset");
  layout.sizes = integers(element(call->arguments, 2));
  layout.strides = integers(element(call->arguments, 3));
  return layout;
}

std::map<std::string, Layout> layouts_of(const PickleValue& state_dict) {
  const auto* items = std::get_if<PickleDict>(&state_dict.value);
  if (!items) {
    throw std::runtime_error(
        "its object is not a dict of tensors; expected torch.save(model.state_dict(), file)");
  }
  std::map<std::string, Layout> layouts;
  for (const auto& [key, value] : **items) {
    const auto& name = as<std::string>(key, "a text as key");
    try {
      layouts[name] = layout_of(value);
    } catch (const std::exception& error) {
      throw std::runtime_error("entry \"" + name + "\": " + error.what());
    }
  }
  return layouts;
}

// The elements of `layout` that `storage` has, in a tensor of its own.
torch::Tensor tensor_of(const Layout& layout, ByteView storage) {
  const auto elements = static_cast<std::int64_t>(storage.size / layout.bytes_an_element());
  std::int64_t last = layout.offset;
  bool sound = layout.offset >= 0 && layout.sizes.size() == layout.strides.size();
  bool empty = false;
  for (std::size_t i = 0; sound && i < layout.sizes.size(); ++i) {
    const std::int64_t size = layout.sizes[i], stride = layout.strides[i];
    empty = empty || size == 0;
    sound = size >= 0 && stride >= 0 && (size <= 1 || stride <= (elements - last) / (size - 1));
    if (sound && size > 1) last += (size - 1) * stride;
  }
  if (!sound || (!empty && last >= elements)) {
    throw std::runtime_error("its elements leave its storage of " + std::to_string(elements));
  }
  if (empty) return torch::empty(layout.sizes, layout.type);
  // The file's bytes need not be aligned for their type.
  const torch::Tensor values = torch::empty({elements - layout.offset}, layout.type);
  std::memcpy(values.data_ptr(),
              storage.data + static_cast<std::size_t>(layout.offset) * layout.bytes_an_element(),
              values.nbytes());
  return values.as_strided(layout.sizes, layout.strides).contiguous();
}

using Storage = std::function<ByteView(const Layout&)>;

TensorsByName tensors_of(const PickleValue& state_dict, const Storage& storage) {
  TensorsByName tensors;
  for (const auto& [name, layout] : layouts_of(state_dict)) {
    try {
      tensors[name] = tensor_of(layout, storage(layout));
    } catch (const std::exception& error) {
      throw std::runtime_error("tensor \"" + name + "\": " + error.what());
    }
  }
  return tensors;
}

TensorsByName read_zip(ByteView bytes) {
  caffe2::serialize::PyTorchStreamReader reader(
      std::make_shared<caffe2::serialize::MemoryReadAdapter>(bytes.data,
                                                             static_cast<off_t>(bytes.size)));
  if (reader.hasRecord("constants.pkl")) {
    throw std::runtime_error(
        "a TorchScript archive; expected torch.save(model.state_dict(), file)");
  }
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
  const PickleValue state_dict = read_pickle(pickle);
  return tensors_of(state_dict,
                    [&](const Layout& layout) { return record("data/" + layout.storage); });
}

TensorsByName read_stream(ByteView bytes) {
  bytes = {bytes.data + kStreamMagic.size(), bytes.size - kStreamMagic.size()};
  constexpr std::int64_t kVersion = 1001;
  if (as<std::int64_t>(read_pickle(bytes), "its version") != kVersion) {
    throw std::runtime_error("its version is not " + std::to_string(kVersion));
  }
  const PickleValue machine = read_pickle(bytes);
  for (const auto& [key, value] : *as<PickleDict>(machine, "the writer's machine")) {
    if (as<std::string>(key, "a text as key") == "little_endian" && !as<bool>(value, "an order")) {
      throw std::runtime_error("its numbers are big-endian; expected little-endian");
    }
  }
  const PickleValue state_dict = read_pickle(bytes);
  std::map<std::string, std::size_t> width;  // bytes an element of each storage
  for (const auto& [name, layout] : layouts_of(state_dict)) {
    width[layout.storage] = layout.bytes_an_element();
  }
  const PickleValue keys = read_pickle(bytes);
  std::map<std::string, ByteView> storages;
  for (const PickleValue& value : *as<PickleList>(keys, "the storages' keys")) {
    const auto& key = as<std::string>(value, "a storage's key");
    constexpr std::size_t kCountBytes = 8;
    std::uint64_t count = 0;
    if (bytes.size < kCountBytes) throw std::runtime_error("it ends early");
    for (std::size_t i = 0; i < kCountBytes; ++i) count |= std::uint64_t{bytes.data[i]} << (8 * i);
    bytes = {bytes.data + kCountBytes, bytes.size - kCountBytes};
    if (width.count(key) == 0 || count > bytes.size / width[key]) {
      throw std::runtime_error("its storage " + key + " ends early or belongs to no tensor");
    }
    const std::size_t size = static_cast<std::size_t>(count) * width[key];
    storages[key] = {bytes.data, size};
    bytes = {bytes.data + size, bytes.size - size};
  }
  return tensors_of(state_dict, [&](const Layout& layout) {
    const auto found = storages.find(layout.storage);
    if (found == storages.end()) throw std::runtime_error("its storage is missing");
    return found->second;
  });
}

}  // namespace

TensorsByName read_state_dict(const std::filesystem::path& file) {
  const std::vector<std::uint8_t> bytes = require_file(file);
  try {
    if (starts_with(view(bytes), kZipMagic)) return read_zip(view(bytes));
    if (starts_with(view(bytes), kStreamMagic)) return read_stream(view(bytes));
    throw std::runtime_error("not a file that torch.save wrote");
  } catch (const std::exception& error) {
    const std::string reason = error.what();
    throw std::runtime_error(file.string() + ": " + reason.substr(0, reason.find('\n')));
  }
}

}  // namespace thoraxlite
